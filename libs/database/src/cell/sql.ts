import type { DataSource } from 'typeorm';
import { isLost } from './conflict.js';

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

interface RawConnection {
  query(statement: Statement, values: readonly unknown[], done: Done<unknown>): void;
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
const poolOf = (dataSource: DataSource): RawPool => (dataSource.driver as unknown as { pool: RawPool }).pool;

/** Longer than InnoDB lets a statement wait for a lock: what takes so long is a server that hangs. */
const STATEMENT_TIMEOUT_MS = 60_000;
const bounded = (sql: string): Statement => ({ sql, timeout: STATEMENT_TIMEOUT_MS });

const promised = <T>(start: (done: Done<T>) => void): Promise<T> =>
  new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))));

/** Each statement by itself, on whatever connection is free. */
export const sqlOf = (dataSource: DataSource): Sql => ({
  query: (statement, values = []) => promised(done => poolOf(dataSource).query(bounded(statement), values, done)),
});

/** Runs the work in one transaction, and commits it; when it throws, nothing of it stays. */
export const inTransaction = async <T>(dataSource: DataSource, work: (sql: Sql) => Promise<T>): Promise<T> => {
  const connection = await promised<RawConnection>(done => poolOf(dataSource).getConnection(done));
  const sql: Sql = { query: (statement, values = []) => promised(done => connection.query(bounded(statement), values, done)) };
  try {
    await sql.query('START TRANSACTION');
    const result = await work(sql);
    await sql.query('COMMIT');
    connection.release();
    return result;
  } catch (error) {
    if (isLost(error)) {
      connection.destroy();
      throw error;
    }
    // A connection that cannot even roll back is not given to anybody else.
    await sql.query('ROLLBACK').then(
      () => connection.release(),
      () => connection.destroy(),
    );
    throw error;
  }
};

/** Rows of a select, as the driver gives them: numbers for every integer, strings for text and JSON. */
export const select = async <R>(sql: Sql, statement: string, values: readonly unknown[] = []): Promise<R[]> =>
  (await sql.query(statement, values)) as R[];

/** @returns the number of rows that the statement found. */
export const execute = async (sql: Sql, statement: string, values: readonly unknown[] = []): Promise<number> => {
  const result = (await sql.query(statement, values)) as { affectedRows?: number };
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
