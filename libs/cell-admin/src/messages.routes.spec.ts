import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AdminDoor, Cell, CellEngine } from '#cell';
import { CloudError, cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase } from '#simulation';
import { ManualClock, sampleEnvelope, seededRandom } from '#testing';
import { type AdminListener, startAdminListener } from './admin-listener.js';

const TOKEN = 'a'.repeat(64);
const tokenHash = createHash('sha256').update(TOKEN).digest('hex');

let listener: AdminListener;
let database: MemoryDatabase;
beforeEach(async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 1));
  const random = seededRandom(1);
  database = new MemoryDatabase();
  const cell = new Cell({ path: cellPath('api!west'), clock, random, log: silentLogger });
  const brokers = { own: { username: 'cell', host: 'mq.west', port: 5672 } };
  const queueDepths = async () => [{ name: 'cell.events', messages: 3, consumers: 1, oldestSeconds: null }];
  const store = new MemoryCellStore({ database, clock, random, top: false });
  const { admin } = new CellEngine({ cell, store, facts: { brokers, queueDepths } });
  const away = async () => {
    throw new CloudError('unavailable', 'nobody is below');
  };
  const door: AdminDoor = { path: cell.path, ask: order => admin.ask(order, { askChild: away, askHost: away }) };
  listener = await startAdminListener({ host: '127.0.0.1', port: 0, tokenHash, door, clock, log: silentLogger });
  for (const [n, id] of ['m1', 'm2'].entries())
    database.parkedById.set(id, {
      envelope: sampleEnvelope(id, { method: 'instance.dance' }),
      reason: 'unknown',
      parkedAt: clock.now() - 60_000 + n,
    });
});
afterEach(() => listener.close());

const call = async (method: string, path: string): Promise<unknown[]> => {
  const response = await fetch(`http://127.0.0.1:${listener.port}/os-cells${path}`, { method, headers: { 'x-auth-token': TOKEN } });
  return [response.status, await response.json()];
};

const M2 = {
  cell: 'api!west',
  id: 'm2',
  method: 'instance.dance',
  source: 'api',
  request_id: 'req-1',
  reason: 'unknown',
  parked_at: '2025-12-31T23:59:00.001Z',
};

it('lists queues with what waits in them and for how long', async () => {
  expect(await call('GET', '/queues')).toEqual([
    200,
    {
      queues: [
        { cell: 'api!west', name: 'cell.events', messages: 3, consumers: 1, oldest_seconds: null },
        { cell: 'api!west', name: 'parked', messages: 2, consumers: null, oldest_seconds: 60 },
      ],
    },
  ]);
});

it('lists parked messages a page at a time, and shows what one carries', async () => {
  expect(await call('GET', '/parked?limit=1')).toEqual([200, { parked: [M2] }]);
  expect(await call('GET', '/parked?marker=m2&cell=api!west')).toMatchObject([200, { parked: [{ id: 'm1' }] }]);
  expect(await call('GET', '/parked/m2')).toEqual([200, { parked: { ...M2, payload: {} } }]);
});

it('replays and drops them', async () => {
  expect(await call('POST', '/parked/m1/replay')).toEqual([200, { applied: false, reason: "there is no method 'instance.dance' here" }]);
  expect(await call('DELETE', '/parked/m1')).toEqual([200, { dropped: true }]);
  expect(await call('DELETE', '/parked/m1')).toMatchObject([404, { itemNotFound: { message: 'Parked message m1 could not be found.' } }]);
});

it('names what is wrong with a request', async () => {
  expect(await call('GET', '/parked?cell=api!east')).toMatchObject([404, {}]);
  expect(await call('GET', '/parked?limit=x')).toMatchObject([400, { badRequest: { message: expect.stringContaining('limit') } }]);
  expect(await call('GET', '/queues?depth=1')).toMatchObject([400, { badRequest: { message: expect.stringContaining("'depth'") } }]);
});
