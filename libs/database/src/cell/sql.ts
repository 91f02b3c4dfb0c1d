import type { QueryRunner } from 'typeorm';

/** A value that the driver can put into a statement. */
export type Value = string | number | boolean | null;

/** The part of TypeORM's query runner that statements of this library need. */
export type Sql = Pick<QueryRunner, 'query'>;

/** Rows of a select, as the driver gives them: numbers for every integer, strings for text and JSON. */
export const select = <R>(sql: Sql, statement: string, values: readonly unknown[] = []): Promise<R[]> =>
  sql.query(statement, [...values]) as Promise<R[]>;

/** @returns the number of rows that the statement found. */
export const execute = async (sql: Sql, statement: string, values: readonly unknown[] = []): Promise<number> => {
  const result = (await sql.query(statement, [...values])) as { affectedRows?: number };
  return result.affectedRows ?? 0;
};

/** Inserts all rows in one statement; those whose key exists get the values of `update` (all columns when left out). */
export const upsert = async (
  sql: Sql,
  table: string,
  columns: readonly string[],
  rows: readonly (readonly Value[])[],
  update = columns,
): Promise<void> => {
  if (rows.length === 0) return;
  const setters = update.map(column => `${column}=VALUES(${column})`).join(',');
  await sql.query(`INSERT INTO ${table} (${columns.join(',')}) VALUES ? ON DUPLICATE KEY UPDATE ${setters}`, [rows]);
};

export const insert = async (sql: Sql, table: string, columns: readonly string[], rows: readonly (readonly Value[])[]): Promise<void> => {
  if (rows.length > 0) await sql.query(`INSERT INTO ${table} (${columns.join(',')}) VALUES ?`, [rows]);
};

export const deleteByKey = async (sql: Sql, table: string, key: string, values: readonly string[]): Promise<void> => {
  if (values.length > 0) await sql.query(`DELETE FROM ${table} WHERE ${key} IN (?)`, [values]);
};
