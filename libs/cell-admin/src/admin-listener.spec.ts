import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AdminDoor, Cell, CellEngine } from '#cell';
import { CloudError, cellPath, SOFTWARE_VERSION, shapeKey, shapeOf, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild, sampleReport, sampleStatus } from '#simulation';
import { ManualClock, seededRandom } from '#testing';
import { type AdminListener, startAdminListener } from './admin-listener.js';

const TOKEN = 'a'.repeat(64);
const tokenHash = createHash('sha256').update(TOKEN).digest('hex');

let listener: AdminListener;
let clock: ManualClock;
let database: MemoryDatabase;
let engine: CellEngine;
let options: Parameters<typeof startAdminListener>[0];
beforeEach(async () => {
  clock = new ManualClock();
  database = new MemoryDatabase();
  database.children.put('a', sampleChild('a'));
  database.children.put('b', sampleChild('b'));
  const random = seededRandom(1);
  const store = new MemoryCellStore({ database, clock, random, top: false });
  const cell = new Cell({ path: cellPath('api!west'), clock, random, log: silentLogger });
  engine = new CellEngine({ cell, store, facts });
  const nobody = async (name: string) => {
    throw new CloudError('unavailable', `api!west!${name} did not answer in time`);
  };
  const door: AdminDoor = { path: cell.path, ask: order => engine.admin.ask(order, { askChild: nobody, askHost: nobody }) };
  options = { host: '127.0.0.1', port: 0, tokenHash, door, clock, log: silentLogger };
  listener = await startAdminListener(options);
});
afterEach(() => listener.close());

const facts = {
  brokers: { own: { username: 'cell', host: 'mq.west', port: 5672 }, parent: { username: 'cell-west', host: 'mq.api', port: 5671 } },
};

const get = async (path: string, token: string | null = TOKEN) => {
  const headers: Record<string, string> = token === null ? {} : { 'x-auth-token': token };
  const response = await fetch(`http://127.0.0.1:${listener.port}${path}`, { headers });
  return { status: response.status, body: (await response.json()) as { cell?: Record<string, unknown> } };
};

const put = async (name: string, body: unknown) => {
  const url = `http://127.0.0.1:${listener.port}/os-cells/${encodeURIComponent(name)}`;
  const json =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json', 'x-auth-token': TOKEN } };
  const response = await fetch(url, { method: 'PUT', headers: { 'x-auth-token': TOKEN }, ...json });
  return { status: response.status, body: (await response.json()) as { cell?: Record<string, unknown> } };
};

describe('the admin API of a child cell', () => {
  it('tells of the cell’s neighbours in Nova’s shape, a page at a time', async () => {
    const parent = { name: 'api', type: 'parent', username: 'cell-west', rpc_host: 'mq.api', rpc_port: 5671 };
    const child = (name: string) => ({ name, type: 'child', username: null, rpc_host: 'mq.west', rpc_port: 5672 });
    expect(await get('/os-cells')).toEqual({ status: 200, body: { cells: [parent, child('a'), child('b')] } });
    expect(await get('/os-cells?limit=1&marker=a')).toEqual({ status: 200, body: { cells: [child('b')] } });
    expect((await get('/os-cells/info')).body.cell).toMatchObject({ name: 'west', type: 'self', rpc_host: null, rpc_port: 0 });
  });

  it('takes a cell’s name from itself downwards, or from the root', async () => {
    for (const name of ['a', 'api!west!a', 'api%21west%21a'])
      expect((await get(`/os-cells/${name}`)).body.cell).toMatchObject({ name: 'a', path: 'api!west!a', health: 'never-seen' });
  });

  it('answers in Nova’s faults, naming what is wrong', async () => {
    const notFound = (message: string) => ({ status: 404, body: { itemNotFound: { code: 404, message } } });
    expect(await get('/os-cells/c')).toEqual(notFound('Cell api!west!c could not be found.'));
    expect(await get('/os-cells/api!east')).toEqual(notFound('Cell api!east could not be found at or below api!west.'));
    expect(await get('/elsewhere')).toEqual(notFound('The resource could not be found.'));
    expect(await get('/os-cells?limit=-1')).toMatchObject({
      status: 400,
      body: { badRequest: { message: expect.stringContaining('limit') } },
    });
    expect(await get('/os-cells?order=x')).toMatchObject({
      status: 400,
      body: { badRequest: { message: expect.stringContaining("'order'") } },
    });
    expect(await get('/os-cells?marker=x')).toMatchObject({ status: 400, body: { badRequest: { message: 'marker [x] not found' } } });
    expect(await get('/os-cells/a.b')).toMatchObject({ status: 400, body: { badRequest: { message: expect.stringContaining("'a.b'") } } });
    expect(await get('/os-cells/a!x')).toEqual({
      status: 503,
      body: { serviceUnavailable: { code: 503, message: 'api!west!a did not answer in time' } },
    });
  });

  it('changes what the cell wants of a child, which keeps it', async () => {
    const cell = { enabled: false, disabled_reason: 'new disks', draining: 40, weight_offset: 1.5, weight_scale: 2 };
    expect(await put('a', { cell })).toMatchObject({ status: 200, body: { cell: { ...cell, servers: 0, drained_percent: 100 } } });
    expect(await put('a', { cell: { enabled: true, draining: 0 } })).toMatchObject({
      body: { cell: { enabled: true, disabled_reason: null, draining: 0, weight_offset: 1.5, drained_percent: null } },
    });
    await put('api!west!a', { cell: { quota: { instances: 5, cores: -1 } } });
    expect((await get('/os-cells/a')).body.cell).toMatchObject({
      weight_scale: 2,
      quota: { limit: { instances: 5, cores: null, ram: null } },
    });
    expect((await put('a', { cell: { quota: null } })).body.cell).toMatchObject({ quota: { limit: null } });
  });

  it.each([
    [{ cell: { draining: 101 } }, 'cell.draining'],
    [{ cell: { draining: 12.5 } }, 'cell.draining'],
    [{ cell: { enabled: 'no' } }, 'cell.enabled'],
    [{ cell: { weight_scale: -1 } }, 'cell.weight_scale'],
    [{ cell: { quota: { instances: 'many' } } }, 'cell.quota.instances'],
    [{ cell: { quota: { disks: 1 } } }, "'disks'"],
    [{ cell: { name: 'b' } }, 'cell.name: is a part of the path'],
    [{ cell: { rpc_host: 'mq.west' } }, 'cell.rpc_host: cells v1 wanted it'],
    [{ cell: { colour: 'red' } }, "'colour'"],
    [{ cell: { disabled_reason: 'x' } }, 'disabled_reason is for a cell that is disabled'],
    [{ cell: {} }, 'says nothing to change'],
    [{}, 'cell'],
    [undefined, 'Malformed request body'],
  ])('refuses %j, naming what is wrong with it', async (body, named) => {
    expect(await put('a', body)).toMatchObject({
      status: 400,
      body: { badRequest: { code: 400, message: expect.stringContaining(named) } },
    });
  });

  it('shows the tree from the cell downwards, each cell with what it last said', async () => {
    database.children.put(
      'a',
      sampleChild('a', {
        used: { instances: 4, cores: 4, ramMb: 512 },
        report: sampleReport('api!west!a', 1),
        lastSeenAt: clock.now(),
        draining: 50,
        drainFrom: 8,
      }),
    );
    const status = sampleStatus('api!west!a', clock.now() - 500, { hostsUp: 2, instances: 4, queues: { outbox: 1 } });
    database.cellMirrors.put('api!west!a', { status, receivedAt: clock.now() });
    await clock.advance(3000);
    expect((await get('/os-cells/tree')).body.cell).toMatchObject({
      path: 'api!west',
      health: 'up',
      hosts_up: 2,
      instances: 4,
      versions: { software: SOFTWARE_VERSION, protocol: [1, 1] },
      queues: { outbox: 0, parked: 0, workflows: 0 },
      children: [
        {
          path: 'api!west!a',
          health: 'draining',
          drained_percent: 50,
          age_seconds: 3,
          lag_seconds: 0.5,
          hosts_up: 2,
          queues: { outbox: 1 },
          quota: { limit: null, used: { instances: 4, cores: 4, ram: 512 } },
          children: [],
        },
        { path: 'api!west!b', health: 'never-seen', age_seconds: null, versions: { software: null } },
      ],
    });
    expect((await get('/os-cells/tree?cell=a')).status).toBe(503);
  });

  it('tells in Nova’s shape what is free in whole guests, here and in a child', async () => {
    const flavor = { flavorId: '1', name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1, ephemeralGb: 0, swapMb: 0, extraSpecs: {} };
    database.globals = { version: 1, items: [{ kind: 'flavor', id: '1', version: 1, body: flavor }] };
    await engine.globals.load();
    const pool = {
      zone: 'nova',
      hypervisorType: 'QEMU',
      traits: [],
      hosts: 2,
      total: { vcpus: 8, memoryMb: 8192, diskGb: 100 },
      used: { vcpus: 1, memoryMb: 512, diskGb: 1 },
      fits: { [shapeKey(shapeOf(flavor))]: 7 },
    };
    const report = { ...sampleReport('api!west!a', 1), pools: [pool], hostsUp: 1, hostsDown: 1 };
    database.children.put('a', sampleChild('a', { report, lastSeenAt: clock.now() }));
    const capacities = {
      ram_free: { total_mb: 7680, units_by_mb: { 512: 7 } },
      disk_free: { total_mb: 99 * 1024, units_by_mb: { 1024: 7 } },
    };
    expect((await get('/os-cells/a/capacities')).body.cell).toMatchObject({
      capacities,
      age_seconds: 0,
      hosts_up: 1,
      hosts_down: 1,
      flavors: [{ id: '1', name: 'm1.tiny', fits: 7 }],
      pools: [{ availability_zone: 'nova', hosts: 2, used: { ram_mb: 512 } }],
    });
    expect((await get('/os-cells/capacities')).body.cell).toMatchObject({ path: 'api!west', hosts_up: 1, capacities });
    expect((await get('/os-cells/api!west/capacities')).body.cell).toMatchObject({ path: 'api!west', capacities });
    expect((await get('/os-cells/c/capacities')).status).toBe(404);
  });

  it('opens for its own token only', async () => {
    for (const token of [null, '', 'b'.repeat(64), tokenHash])
      expect(await get('/os-cells', token)).toMatchObject({ status: 401, body: { unauthorized: { code: 401 } } });
  });

  it('is taken over by another process of the cell when the one that listens ends', async () => {
    const { port } = listener;
    const second = await startAdminListener({ ...options, port });
    expect(second.port).toBe(0);
    await listener.close();
    listener = second;
    await expect.poll(() => second.port, { timeout: 30_000 }).toBe(port);
    expect((await get('/os-cells/info')).status).toBe(200);
  });
});
