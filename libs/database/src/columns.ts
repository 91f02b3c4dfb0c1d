const ascii = { charset: 'ascii', collation: 'ascii_bin' } as const;

/** Column shapes that stand in many tables, so that the same fact has the same type everywhere. */
export const uuidColumn = { type: 'char', length: 36, ...ascii } as const;
export const cellPathColumn = { name: 'cell_path', type: 'varchar', length: 255, nullable: true, ...ascii } as const;
export const hostColumn = { type: 'varchar', length: 255, nullable: true } as const;
/** Milliseconds since 1970: integers compare, sort and cross JSON without a zone. */
export const timeColumn = { type: 'bigint', unsigned: true } as const;
export const requestIdColumn = { name: 'request_id', type: 'varchar', length: 64, ...ascii } as const;
