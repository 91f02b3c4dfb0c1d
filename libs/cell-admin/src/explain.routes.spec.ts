import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AdminDoor, Cell, CellEngine, orderedInstance } from '#cell';
import type { Decision } from '#contracts';
import { CloudError, cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild, sampleDecision, sampleHost } from '#simulation';
import { ManualClock, sampleSpec, seededRandom } from '#testing';
import { type AdminListener, startAdminListener } from './admin-listener.js';

/* Over HTTP, at a cell with two hosts and a child that never answers. */

const TOKEN = 'a'.repeat(64);
const A = '00000000-0000-4000-8000-00000000000a';
const B = '00000000-0000-4000-8000-00000000000b';

let listener: AdminListener;
let store: MemoryCellStore;
let clock: ManualClock;
beforeEach(async () => {
  clock = new ManualClock();
  const database = new MemoryDatabase();
  const lastSeenAt = clock.now();
  database.hosts.put(
    'h1',
    sampleHost('h1', { lastSeenAt, used: { vcpus: 0, memoryMb: 7168, diskGb: 0 }, total: { vcpus: 8, memoryMb: 8192, diskGb: 100 } }),
  );
  database.hosts.put('h2', sampleHost('h2', { lastSeenAt, enabled: false, disabledReason: 'new disks' }));
  const random = seededRandom(1);
  store = new MemoryCellStore({ database, clock, random, top: false });
  const { flavor } = sampleSpec(A);
  const huge = { ...flavor, flavorId: 'huge', name: 'huge', memoryMb: 3072 };
  const items = [flavor, huge].map((body, n) => ({ kind: 'flavor' as const, id: body.flavorId, version: n + 1, body }));
  await store.transact({}, ({ work: tx }) => {
    tx.globals.add({ version: 2, items });
    tx.children.put(sampleChild('a'));
  });
  const cell = new Cell({ path: cellPath('api!west'), clock, random, log: silentLogger });
  const { admin } = new CellEngine({ cell, store });
  const nobody = async (name: string) => {
    throw new CloudError('unavailable', `api!west!${name} did not answer in time`);
  };
  const door: AdminDoor = { path: cell.path, ask: order => admin.ask(order, { askChild: nobody, askHost: nobody }) };
  const tokenHash = createHash('sha256').update(TOKEN).digest('hex');
  listener = await startAdminListener({ host: '127.0.0.1', port: 0, tokenHash, door, clock, log: silentLogger });
});
afterEach(() => listener.close());

// biome-ignore lint/suspicious/noExplicitAny: what an answer looks like is what these tests are about.
type Json = any;

const ask = async (path: string, body?: unknown): Promise<{ status: number; json: Json }> => {
  const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const headers = { 'x-auth-token': TOKEN, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
  const response = await fetch(`http://127.0.0.1:${listener.port}/os-cells${path}`, { ...post, headers });
  return { status: response.status, json: await response.json() };
};
const message = (json: Json): string => (Object.values(json)[0] as { message: string }).message;

const keep = (instanceUuid: string, requestId: string, change: Partial<Decision> = {}) =>
  store.transact({}, ({ work: tx }) => tx.decisions.add({ instanceUuid, requestId, at: tx.now, decision: sampleDecision(change) }));

describe('GET /os-cells/explain', () => {
  it('tells each level: candidates, verdicts with numbers, weights, choice and seed', async () => {
    await keep(A, 'req-1');
    const { status, json } = await ask(`/explain/${A}`);
    expect(status).toBe(200);
    expect(json.explain).toMatchObject({ instance: A, request_id: 'req-1', unreachable: [] });
    expect(json.explain.levels).toEqual([
      {
        cell: 'api!west',
        among: 'hosts',
        asked: null,
        at: new Date(clock.now()).toISOString(),
        considered: 2,
        passed: 1,
        filters: [
          { filter: 'ComputeFilter', left: 2 },
          { filter: 'RamFilter', left: 1 },
        ],
        candidates: [
          {
            name: 'h1',
            verdicts: [
              { filter: 'ComputeFilter', passed: true, reason: null },
              { filter: 'RamFilter', passed: true, reason: null },
            ],
            weights: [{ weigher: 'RAMWeigher', raw: 5, normalised: 0, multiplier: 1, weight: 0 }],
            weight: 0,
            chosen: true,
          },
          {
            name: 'h9',
            verdicts: [
              { filter: 'ComputeFilter', passed: true, reason: null },
              { filter: 'RamFilter', passed: false, reason: 'too small', numbers: { of: 'memory_mb', has: 512, needs: 1024 } },
            ],
            weights: [],
            weight: null,
            chosen: false,
          },
        ],
        chosen: 'h1',
        tie_break_seed: A,
        nearest_miss: null,
      },
    ]);
  });

  it('tells of each server of a request, a page at a time, and which cell does not answer', async () => {
    await keep(A, 'req-many', { among: 'cells', chosen: 'a', ranked: [['a', 5]] });
    await keep(B, 'req-many');
    const { json } = await ask('/explain/req-many?limit=1');
    expect(json.explain).toMatchObject({ instance: null, request_id: 'req-many', levels: [], next: A });
    expect(json.explain.servers).toMatchObject([{ instance: A, unreachable: ['api!west!a'] }]);
    const second = await ask(`/explain/req-many?limit=1&marker=${A}`);
    expect(second.json.explain).toMatchObject({ instance: B, unreachable: [] });
  });

  it('tells of one that found no place what it would meet now', async () => {
    const spec = sampleSpec(A);
    await store.transact({ newInstances: [A] }, ({ work: tx }) => {
      tx.instances.put({ ...orderedInstance(A, 1, tx.now), vmState: 'error' });
      tx.requestSpecs.put({ uuid: A, spec: { ...spec, flavor: { ...spec.flavor, memoryMb: 3072 } } });
    });
    await keep(A, 'req-1', { chosen: null, ranked: [] });
    const { json } = await ask(`/explain/${A}`);
    expect(json.explain).toMatchObject({ instance: A, levels: [{ chosen: null }], now: { place: null, unreachable: [] } });
    expect(json.explain.now.levels.at(-1).nearest_miss.text).toBe('needs 2048 MB more on h1');
  });

  it('does not know what nobody asked for, and refuses what is no page', async () => {
    const { status, json } = await ask(`/explain/${A}`);
    expect([status, message(json)]).toEqual([404, expect.stringContaining(`keeps no decision about '${A}'`)]);
    const refused = await ask('/explain/req-1?marker=x');
    expect([refused.status, message(refused.json)]).toEqual([400, expect.stringContaining('marker')]);
  });
});

describe('POST /os-cells/explain', () => {
  it('tells where a server would go', async () => {
    const { status, json } = await ask('/explain', { server: { flavorRef: 'http://any/flavors/1' } });
    expect(status).toBe(200);
    expect(json.explain).toMatchObject({
      place: 'api!west@h1',
      unreachable: [],
      levels: [
        { cell: 'api!west', among: 'cells', chosen: 'own hosts' },
        { cell: 'api!west', among: 'hosts', chosen: 'h1' },
      ],
    });
    expect(json.explain.levels[1].candidates[1].verdicts[0]).toMatchObject({ filter: 'ComputeFilter', reason: 'disabled: new disks' });
    expect(await store.listDecisions([json.explain.instance])).toEqual([]);
  });

  it('tells what is missing where none fits', async () => {
    const { json } = await ask('/explain', { server: { flavorRef: 'huge' } });
    expect(json.explain.place).toBeNull();
    expect(json.explain.levels[1].nearest_miss).toEqual({ name: 'h1', needs: { memory_mb: 2048 }, text: 'needs 2048 MB more on h1' });
  });

  it('of many takes the room of each from the next', async () => {
    const { json } = await ask('/explain', { server: { flavorRef: '1' }, count: 3 });
    expect(json.explain.placed).toBe(1);
    expect(json.explain.servers.map((server: Json) => server.place)).toEqual(['api!west@h1', null, null]);
  });

  it.each([
    [{ server: {} }, 400, 'server.flavorRef'],
    [{ server: { flavorRef: '1' }, count: 0 }, 400, 'count'],
    [{ server: { flavorRef: '1' }, count: 51 }, 400, 'count'],
    [{ server: { flavorRef: '1', name: 'x' } }, 400, "'name'"],
    [{ server: { flavorRef: '1', imageRef: 'x' } }, 400, 'server.imageRef: only the API cell knows images'],
    [{ server: { flavorRef: '1', 'os:scheduler_hints': { group: A } } }, 400, 'server.os:scheduler_hints.group'],
    [{ server: { flavorRef: '1', availability_zone: 'nova:h1' } }, 400, 'server.availability_zone: only the API cell knows hosts by name'],
    [{ server: { flavorRef: '1', host: 'h1' } }, 400, 'server.host: only the API cell knows hosts by name'],
    [{ server: { flavorRef: 'none' } }, 404, 'Flavor none could not be found.'],
  ])('refuses %j', async (body, status, named) => {
    const reply = await ask('/explain', body);
    expect([reply.status, message(reply.json)]).toEqual([status, expect.stringContaining(named)]);
  });
});

describe('GET /os-cells/fit', () => {
  it('tells how many more fit, here and in each child', async () => {
    expect(await ask('/fit?flavor=1')).toEqual({
      status: 200,
      json: {
        fit: {
          flavor: { id: '1', name: 'm1.small' },
          total: 1,
          cells: [
            { path: 'api!west', fits: 1, reserved: 0, age_seconds: null, health: 'up' },
            { path: 'api!west!a', fits: 0, reserved: 0, age_seconds: null, health: 'never-seen' },
          ],
        },
      },
    });
    expect((await ask('/fit?flavor=1&zone=elsewhere')).json.fit.total).toBe(0);
  });

  it('wants a flavor that there is', async () => {
    expect((await ask('/fit')).json.badRequest.message).toContain('flavor');
    expect((await ask('/fit?flavor=none')).status).toBe(404);
  });
});
