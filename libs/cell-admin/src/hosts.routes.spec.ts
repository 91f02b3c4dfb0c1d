import { beforeEach, describe, expect, it } from 'vitest';
import { type AdminDoor, Cell, CellEngine } from '#cell';
import { cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleHost } from '#simulation';
import { ManualClock, seededRandom } from '#testing';
import { checkedBody } from './checked-input.js';
import { hostRoutes } from './hosts.routes.js';

let database: MemoryDatabase;
let clock: ManualClock;
let door: AdminDoor;
beforeEach(() => {
  database = new MemoryDatabase();
  clock = new ManualClock();
  const random = seededRandom(1);
  const cell = new Cell({ path: cellPath('api!west'), clock, random, log: silentLogger });
  const { admin } = new CellEngine({ cell, store: new MemoryCellStore({ database, clock, random, top: false }) });
  const nobody = () => Promise.reject(new Error('nobody is below'));
  door = { path: cell.path, ask: order => admin.ask(order, { askChild: nobody, askHost: nobody }) };
  database.hosts.put('h1', sampleHost('h1', { lastSeenAt: clock.now(), claims: 2, used: { vcpus: 2, memoryMb: 2048, diskGb: 20 } }));
});

const call = async (method: 'GET' | 'PUT', params: Record<string, string>, body?: unknown) => {
  const route = hostRoutes.find(one => one.method === method)!;
  const operator = { userId: 'u', requestId: 'req-1' };
  const asked = { door, params, query: {}, operator, clock, deadline: clock.now() + 1000, url: '' };
  return route.handle(asked, checkedBody(route, body));
};

describe('the hosts of a cell', () => {
  it('are listed with what is wanted of them and what is on them', async () => {
    expect(await call('GET', { name: 'api!west' })).toEqual({
      hosts: [
        {
          name: 'h1',
          zone: 'nova',
          enabled: true,
          disabled_reason: null,
          forced_down: false,
          up: true,
          last_seen_at: expect.stringMatching(/Z$/),
          servers: 2,
          vcpus: 8,
          vcpus_used: 2,
          memory_mb: 8192,
          memory_mb_used: 2048,
          disk_gb: 100,
          disk_gb_used: 20,
        },
      ],
    });
  });

  it('are disabled, forced down, and taken back', async () => {
    const change = (host: object) => call('PUT', { name: 'api!west', host: 'h1' }, { host });
    expect(await change({ enabled: false, disabled_reason: 'new disks' })).toMatchObject({
      host: { enabled: false, disabled_reason: 'new disks', up: true },
    });
    expect(await change({ forced_down: true })).toMatchObject({ host: { enabled: false, disabled_reason: 'new disks', up: false } });
    expect(database.hosts.get('h1')).toMatchObject({ enabled: false, forcedDown: true, generation: 2 });
    expect(await change({ enabled: true, forced_down: false })).toMatchObject({ host: { enabled: true, disabled_reason: null, up: true } });
  });

  it.each([
    [{ host: {} }, 'says nothing to change'],
    [{ host: { enabled: 'no' } }, 'host.enabled'],
    [{ host: { up: true } }, "'up'"],
    [{ host: { disabled_reason: 'x' } }, 'disabled_reason is for a host that is disabled'],
    [{ host: { enabled: true, disabled_reason: 'x' } }, 'disabled_reason is for a host that is disabled'],
  ])('are not changed by %j', async (body, named) => {
    await expect(call('PUT', { name: 'api!west', host: 'h1' }, body)).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(named),
    });
  });

  it('are not found in a cell that does not have them', async () => {
    await expect(call('PUT', { name: 'api!west', host: 'h9' }, { host: { enabled: false } })).rejects.toMatchObject({
      kind: 'notFound',
      message: 'Host h9 could not be found in cell api!west.',
    });
  });
});
