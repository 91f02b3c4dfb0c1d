import type { Pool, RowDataPacket } from 'mysql2';
import type { DataSource, EntityManager } from 'typeorm';
import { MysqlDriver } from 'typeorm/driver/mysql/MysqlDriver.js';
import { CloudError } from '#domain';

/** One row as the database sends it, in the order of the select list. Integers beyond 32 bits come as text. */
export type Row = readonly unknown[];

/** Reads that bypass the ORM: lists and shows are served through this. Writes go through the data source's transactions. */
export interface Sql {
  rows(statement: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** A read that takes longer is given up: no client waits that long. */
const READ_TIMEOUT_MS = 30_000;

/** The pool beneath the data source, which must be initialised. */
export const sqlOf = (dataSource: DataSource): Sql => {
  const { driver } = dataSource;
  if (!(driver instanceof MysqlDriver))
    throw new CloudError('internal', `the API database must be MariaDB or MySQL, not ${dataSource.options.type}`);
  const pool: Pool = driver.pool;
  return {
    rows: (sql, values = []) =>
      new Promise((resolve, reject) => {
        pool.query<RowDataPacket[][]>({ sql, values: [...values], rowsAsArray: true, timeout: READ_TIMEOUT_MS }, (error, rows) =>
          error ? reject(error) : resolve(rows),
        );
      }),
  };
};

/** Reads within a transaction, rows as arrays: every column needs a name of its own. */
export const readIn =
  (manager: EntityManager): Sql['rows'] =>
  async (statement, values = []) =>
    ((await manager.query(statement, [...values])) as Record<string, unknown>[]).map(row => Object.values(row));

/** `?, ?, ?` */
export const placeholders = (count: number): string => Array.from({ length: count }, () => '?').join(', ');

/** Whether the database refused a statement for this reason: `ER_DUP_ENTRY`. */
export const isSqlError = (error: unknown, code: string): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  if ('code' in error && error.code === code) return true;
  return 'driverError' in error && isSqlError(error.driverError, code);
};
