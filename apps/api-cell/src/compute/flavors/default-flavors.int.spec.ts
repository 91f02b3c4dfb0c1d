import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiMigrations, cellDataSource, computeApiEntities, openDatabase } from '#database';
import { ManualClock, testDatabase } from '#testing';
import { publishFlavors } from '../../tree/flavor-globals.js';
import { seedDefaultFlavors } from './default-flavors.js';

const PROCESSES = 8;
const ROUNDS = 10;

describe('the default flavors', () => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  const pools: ReturnType<typeof cellDataSource>[] = [];

  beforeAll(async () => {
    database = await testDatabase();
    for (let process = 0; process < PROCESSES; process += 1) {
      const pool = cellDataSource({ url: database.url, entities: computeApiEntities, migrations: apiMigrations, poolSize: 3 });
      await openDatabase(pool);
      pools.push(pool);
    }
  });

  afterAll(async () => {
    for (const pool of pools) await pool.destroy();
    await database.drop();
  });

  it('are made once by processes that start together, and none of them fails', async () => {
    const clock = new ManualClock();
    for (let round = 0; round < ROUNDS; round += 1) {
      await pools[0]!.query('DELETE FROM flavors');
      await Promise.all(pools.map(pool => seedDefaultFlavors(pool, clock, publishFlavors(clock))));
      expect((await pools[0]!.query('SELECT COUNT(*) AS count FROM flavors'))[0]).toEqual({ count: 6 });
    }
  });

  it('leave the ids free by which judges of a cloud make flavors', async () => {
    await seedDefaultFlavors(pools[0]!, new ManualClock(), publishFlavors(new ManualClock()));
    const rows: { flavor_id: string }[] = await pools[0]!.query('SELECT flavor_id FROM flavors ORDER BY flavor_id');
    expect(rows.map(row => row.flavor_id)).toEqual(['1', '2', '3', '4', '5', '6']);
  });
});
