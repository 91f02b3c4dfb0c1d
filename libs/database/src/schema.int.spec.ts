import { readFileSync, writeFileSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestDatabase, testDatabase } from '#testing';
import {
  apiMigrations,
  cellDataSource,
  childCellEntities,
  childCellMigrations,
  computeApiEntities,
  openDatabase,
  treeEntities,
} from './index.js';

const KINDS = {
  cell: { entities: [...childCellEntities], migrations: childCellMigrations },
  api: { entities: [...treeEntities, ...computeApiEntities], migrations: apiMigrations },
} as const;

/** The schema as the server shows it, a statement per table, without what differs from run to run. */
const schemaOf = async (dataSource: DataSource): Promise<string> => {
  const tables = (await dataSource.query(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name',
  )) as { name: string }[];
  const statements: string[] = [];
  for (const { name } of tables) {
    const [row] = (await dataSource.query(`SHOW CREATE TABLE \`${name}\``)) as Record<string, string>[];
    statements.push(`${row?.['Create Table']?.replace(/ AUTO_INCREMENT=\d+/, '').replace(/ (DEFAULT CHARSET|COLLATE)=\w+$/gm, '')};`);
  }
  return `${statements.join('\n\n')}\n`;
};

describe.each(['cell', 'api'] as const)('the schema of a database of kind %s', kind => {
  const { migrations } = KINDS[kind];
  const entities = [...KINDS[kind].entities];
  const file = new URL(`../schema/${kind}.sql`, import.meta.url);
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await testDatabase();
    dataSource = cellDataSource({ url: database.url, entities, migrations });
    await openDatabase(dataSource);
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('is made by the migrations as schema.sql says', async () => {
    const schema = await schemaOf(dataSource);
    if (process.env.CANOPY_WRITE_GOLDEN) writeFileSync(file, schema);
    expect(schema).toBe(readFileSync(file, 'utf8'));
  });

  it('is what the entities ask for', async () => {
    const difference = await dataSource.driver.createSchemaBuilder().log();
    expect(difference.upQueries.map(query => query.query)).toEqual([]);
  });

  it('survives being brought up by several processes at once, and twice', async () => {
    const others = [1, 2, 3].map(() => cellDataSource({ url: database.url, entities, migrations }));
    await Promise.all(others.map(other => openDatabase(other)));
    const [row] = (await dataSource.query('SELECT COUNT(*) AS done FROM schema_migrations')) as { done: number }[];
    expect(row?.done).toBe(migrations.length);
    await Promise.all(others.map(other => other.destroy()));
  });
});
