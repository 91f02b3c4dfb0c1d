import type { DataSource } from 'typeorm';

/** A value that the driver can put into a statement. */
export type Value = string | number | boolean | null;

/** Something that runs statements: a pool of connections, or one connection in a transaction. */
export interface Sql {
  query(statement: string, values?: readonly unknown[]): Promise<unknown>;
}

type Done<T> = (error: unknown, result: T) => void;

interface Statement {
  readonly sql: string;
  /** ms: afterwards the connection counts as lost. */
  readonly timeout: number;
}

export interface RawConnection {
  /** @param values null when they stand in the statement */
  query(statement: Statement, values: readonly unknown[] | null, done: Done<unknown>): void;
  /** The statement with its values, escaped. */
  format(statement: string, values: readonly unknown[]): string;
  release(): void;
  destroy(): void;
}

interface RawPool {
  query(statement: Statement, values: readonly unknown[], done: Done<unknown>): void;
  getConnection(done: Done<RawConnection>): void;
}

/*
 * Statements of the cell's store go to mysql2 by its callbacks, on the connections of TypeORM's pool: TypeORM's own query makes a
 * promise wrapper, captures a stack and asks a broadcaster for each, which is a third of a busy cell's processor time.
 */

/** The driver keeps mysql2's pool in a field that TypeORM does not declare. */
export const poolOf = (dataSource: DataSource): RawPool => (dataSource.driver as unknown as { pool: RawPool }).pool;

/** Longer than InnoDB lets a statement wait for a lock: what takes so long is a server that hangs. */
export const STATEMENT_TIMEOUT_MS = 60_000;
const bounded = (sql: string): Statement => ({ sql, timeout: STATEMENT_TIMEOUT_MS });

export const promised = <T>(start: (done: Done<T>) => void): Promise<T> =>
  new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));

/** Each statement by itself, on whatever connection is free. */
export const sqlOf = (dataSource: DataSource): Sql => ({
  query: (statement, values = []) => promised(done => poolOf(dataSource).query(bounded(statement), values, done)),
});

/** Rows of a select, as the driver gives them: numbers for every integer, strings for text and JSON. */
export const select = async <R>(sql: Sql, statement: string, values: readonly unknown[] = []): Promise<R[]> =>
  (await sql.query(statement, values)) as R[];

/** @returns the number of rows that the statement found. */
export const execute = async (sql: Sql, statement: string, values: readonly unknown[] = []): Promise<number> => {
  const result = (await sql.query(statement, values)) as { affectedRows?: number };
  return result.affectedRows ?? 0;
};

export const deleteByKey = async (sql: Sql, table: string, key: string, values: readonly string[]): Promise<void> => {
  if (values.length > 0) await sql.query(`DELETE FROM ${table} WHERE ${key} IN (?)`, [values]);
};
