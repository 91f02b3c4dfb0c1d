import { readFileSync } from 'node:fs';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TlsMaterial } from '#domain';
import { type TestDatabase, testDatabase, testTls } from '#testing';
import { cellDataSource, openDatabase } from './data-source.js';

const files = testTls();
const [ca, otherCa, cert, key] = [files.ca, files.otherCa, files.cert, files.key].map(file => readFileSync(file, 'utf8'));

let database: TestDatabase;
/** Of an account that the server lets in with a certificate only. */
let url: string;
beforeAll(async () => {
  database = await testDatabase();
  const account = `'${database.name}'@'127.0.0.1'`;
  await asRoot(`CREATE USER ${account} IDENTIFIED BY 'secret' REQUIRE X509`, `GRANT ALL ON ${database.name}.* TO ${account}`);
  url = files.url(database.url.replace('root@', `${database.name}:secret@`));
});
afterAll(async () => {
  await asRoot(`DROP USER '${database.name}'@'127.0.0.1'`);
  await database.drop();
});

const asRoot = async (...statements: string[]): Promise<void> => {
  const connection = await createConnection({ uri: database.url });
  for (const statement of statements) await connection.query(statement);
  await connection.end();
};

/** The cipher of its connections. */
const opened = async (tls?: TlsMaterial): Promise<string> => {
  const source = cellDataSource({ url, tls, entities: [], migrations: [] });
  await openDatabase(source);
  const [row] = (await source.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'")) as { Value: string }[];
  await source.destroy();
  return row?.Value ?? '';
};

describe('a database over TLS', () => {
  it('is reached with an own CA, and with a certificate where the account must show one', async () => {
    expect(await opened({ ca, cert, key })).toMatch(/^TLS_/);
    await expect(opened({ ca })).rejects.toThrow(/^the database does not answer: Access denied/);
    await expect(opened()).rejects.toThrow(/^the database does not answer: Access denied/);
  });

  it('is not used when the CA has not signed its certificate, and the setting is named', async () => {
    const refused = "the database does not answer: database.tls.ca does not vouch for the server's certificate";
    await expect(opened({ ca: otherCa, cert, key })).rejects.toThrow(refused);
    // Without a CA of its own it trusts those that Node does.
    await expect(opened({ cert, key })).rejects.toThrow(refused);
  });
});
