import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleChild } from '#simulation';
import { type TestDatabase, testDatabase } from '#testing';
import { describeCellStore, type StoresUnderTest } from '../../../simulation/src/store/cell-store.contract.js';
import { describeHostStore } from '../../../simulation/src/store/host-store.contract.js';
import { computeApiEntities } from '../api/index.js';
import { cellDataSource } from '../data-source.js';
import { treeEntities } from './cell.entities.js';
import { SqlCellStore } from './sql-cell-store.js';

let database: TestDatabase;
let sources: readonly [DataSource, DataSource];

beforeAll(async () => {
  database = await testDatabase();
  const connect = (synchronize: boolean) =>
    cellDataSource({
      url: database.url,
      entities: [...computeApiEntities, ...treeEntities],
      migrations: [],
      synchronize,
      poolSize: 8,
    }).initialize();
  sources = [await connect(true), await connect(false)];
});

afterAll(async () => {
  for (const one of sources) await one.destroy();
  await database.drop();
});

/** Two processes of a root with children and hosts, each with a connection pool of its own, over an empty database. */
const makeStores = async (): Promise<StoresUnderTest & { readonly source: DataSource }> => {
  const [source] = sources;
  let now = Date.UTC(2026, 0, 1);
  const clock = { now: () => now, sleep: (milliseconds: number) => new Promise<void>(resolve => setTimeout(resolve, milliseconds)) };
  const storeOver = (dataSource: DataSource) => new SqlCellStore(dataSource, clock, { children: true, hosts: true, top: true });
  return {
    source,
    first: storeOver(sources[0]),
    second: storeOver(sources[1]),
    below: new SqlCellStore(source, clock, { children: true, hosts: true, top: false }),
    advance: milliseconds => {
      now += milliseconds;
    },
    now: () => now,
    quotaOf: async project => {
      const [row] = await source.query('SELECT instances, cores, ram_mb AS ramMb FROM quota_usages WHERE project_id = ?', [project]);
      return { ...row };
    },
    parkedReasons: async () => (await source.query('SELECT reason FROM parked_messages')).map((row: { reason: string }) => row.reason),
    actionEvents: async () =>
      (await source.query('SELECT instance_uuid AS instanceUuid, event FROM instance_action_events')).map((row: object) => ({ ...row })),
    hostMirrorZones: async () =>
      (await source.query('SELECT zone FROM host_mirrors WHERE gone = 0')).map((row: { zone: string }) => row.zone),
    groups: async () => (await source.query('SELECT uuid FROM placement_groups ORDER BY uuid')).map((row: { uuid: string }) => row.uuid),
    deleteGroup: uuid => source.query('INSERT INTO placement_groups (uuid, deleted) VALUES (?, 1)', [uuid]),
    close: () => database.empty(),
  };
};

describeCellStore('in MariaDB', makeStores);
describeHostStore('in MariaDB', makeStores);

it('a placement does not wait for the report of a child that is being taken in, and waits for another placement', async () => {
  const { first, second, source, close } = await makeStores();
  await first.transact({ children: ['west'] }, ({ work: tx }) => tx.children.put(sampleChild('west')));
  const place = (store: SqlCellStore | typeof first) =>
    store.transact({ placement: true }, ({ work: tx }) => tx.children.all().map(child => child.name));
  expect(await place(first)).toEqual(['west']);
  const other = source.createQueryRunner();
  try {
    await other.startTransaction();
    await other.query("SELECT name FROM child_cells WHERE name = 'west' FOR UPDATE");
    expect(await place(second)).toEqual(['west']);
    await other.query("SELECT name FROM leases WHERE name = 'placement' FOR UPDATE");
    let placed = false;
    const placing = place(second).then(() => (placed = true));
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(placed).toBe(false);
    await other.rollbackTransaction();
    await placing;
  } finally {
    await other.release();
    await close();
  }
});
