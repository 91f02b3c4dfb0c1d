import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';
import { testEnvironment } from './test-environment.js';

export interface TestDatabase {
  readonly name: string;
  /** `mysql://root@127.0.0.1:PORT/NAME` */
  readonly url: string;
  drop(): Promise<void>;
}

/** A new, empty database of its own. Call `drop` when the test is over. */
export const testDatabase = async (): Promise<TestDatabase> => {
  const server = testEnvironment('CANOPY_TEST_MARIADB');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(server, `CREATE DATABASE \`${name}\``);
  return { name, url: `${server}/${name}`, drop: () => query(server, `DROP DATABASE IF EXISTS \`${name}\``) };
};

const query = async (server: string, statement: string): Promise<void> => {
  const connection = await createConnection({ uri: server });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
};
