import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AdminDoor, Cell, CellEngine } from '#cell';
import { CloudError, cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild } from '#simulation';
import { ManualClock, seededRandom } from '#testing';
import { type AdminListener, startAdminListener } from './admin-listener.js';

const TOKEN = 'a'.repeat(64);
const tokenHash = createHash('sha256').update(TOKEN).digest('hex');

let listener: AdminListener;
let options: Parameters<typeof startAdminListener>[0];
beforeEach(async () => {
  const clock = new ManualClock();
  const database = new MemoryDatabase();
  database.children.put('a', sampleChild('a'));
  database.children.put('b', sampleChild('b'));
  const random = seededRandom(1);
  const store = new MemoryCellStore({ database, clock, random, top: false });
  const cell = new Cell({ path: cellPath('api!west'), clock, random, log: silentLogger });
  const { admin } = new CellEngine({ cell, store, facts });
  const nobody = async (name: string) => {
    throw new CloudError('unavailable', `api!west!${name} did not answer in time`);
  };
  const door: AdminDoor = { path: cell.path, ask: order => admin.ask(order, { askChild: nobody, askHost: nobody }) };
  options = { host: '127.0.0.1', port: 0, tokenHash, door, clock, log: silentLogger };
  listener = await startAdminListener(options);
});
afterEach(() => listener.close());

const facts = {
  brokers: { own: { username: 'cell', host: 'mq.west', port: 5672 }, parent: { username: 'cell-west', host: 'mq.api', port: 5671 } },
};

const get = async (path: string, token: string | null = TOKEN) => {
  const headers = token === null ? {} : { 'x-auth-token': token };
  const response = await fetch(`http://127.0.0.1:${listener.port}${path}`, { headers });
  return { status: response.status, body: await response.json() };
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
    await expect.poll(() => second.port, { timeout: 5000 }).toBe(port);
    expect((await get('/os-cells/info')).status).toBe(200);
  });
});
