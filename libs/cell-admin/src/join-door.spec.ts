import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AdminDoor, type BrokerDoor, Cell, CellEngine } from '#cell';
import { readJoinToken } from '#contracts';
import { cellPath, type Logger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild } from '#simulation';
import { ManualClock, seededRandom } from '#testing';
import { type AdminListener, startAdminListener } from './admin-listener.js';

const TOKEN = 'a'.repeat(64);
const PASSWORD_HASH = 'P'.repeat(48);

const broker: BrokerDoor = {
  address: 'amqp://mq.west:5672/west',
  userOf: child => `api.west.cell-${child}`,
  checkAccounts: () => undefined,
  declareQueue: async () => undefined,
  removeQueue: async () => undefined,
  ensureAccount: async () => undefined,
  removeAccount: async () => undefined,
};

let listener: AdminListener;
let lines: string[];
beforeEach(async () => {
  const clock = new ManualClock();
  const database = new MemoryDatabase();
  database.children.put('a', sampleChild('a'));
  const random = seededRandom(1);
  lines = [];
  const write = (event: string, fields?: object): void => void lines.push(JSON.stringify({ event, ...fields }));
  const log: Logger = { debug: write, info: write, warn: write, error: write, child: () => log };
  const cell = new Cell({ path: cellPath('api!west'), clock, random, log });
  const { admin } = new CellEngine({ cell, store: new MemoryCellStore({ database, clock, random, top: false }), broker });
  const nobody = () => Promise.reject(new Error('nobody is asked'));
  const door: AdminDoor = { path: cell.path, ask: order => admin.ask(order, { askChild: nobody, askHost: nobody }) };
  const tokenHash = createHash('sha256').update(TOKEN).digest('hex');
  listener = await startAdminListener({ host: '127.0.0.1', port: 0, tokenHash, door, clock, log });
});
afterEach(() => listener.close());

const send = async (method: string, path: string, body?: object, token?: string) => {
  const headers: Record<string, string> = {
    ...(body && { 'content-type': 'application/json' }),
    ...(token ? { 'x-auth-token': token } : {}),
  };
  const init = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
  const response = await fetch(`http://127.0.0.1:${listener.port}${path}`, init);
  return { status: response.status, body: JSON.parse(await response.text()) };
};
const create = (cell: object) => send('POST', '/os-cells', { cell }, TOKEN);
const join = (token: string, more: object = {}) =>
  send('POST', '/os-cells/join', { join: { token, password_hash: PASSWORD_HASH, ...more } });

describe('the door for new cells', () => {
  it('takes a token that the operator was given, and nothing else', async () => {
    const made = await create({ name: 'b', weight_offset: 2 });
    expect(made).toMatchObject({ status: 200, body: { cell: { path: 'api!west!b', enabled: false, weight_offset: 2 } } });
    const token: string = made.body.join_token;
    expect(readJoinToken(token)).toMatchObject({ cell: 'api!west!b', url: `http://127.0.0.1:${listener.port}` });
    expect(await join(token)).toEqual({
      status: 200,
      body: { cell: { path: 'api!west!b', parent: 'api!west', broker_url: 'amqp://api.west.cell-b@mq.west:5672/west' } },
    });
    const complete = await send('POST', '/os-cells/join/complete', { join: { token, password_hash: PASSWORD_HASH } });
    expect(complete).toEqual({ status: 200, body: { joined: false, waiting_for: 'its first report' } });
    expect(await join(token, { password_hash: 'Q'.repeat(48) })).toMatchObject({ status: 409 });
    for (const line of lines) for (const secret of [token, readJoinToken(token).secret, PASSWORD_HASH]) expect(line).not.toContain(secret);
  });

  it('tells what is wrong with what it was sent, without repeating a token', async () => {
    const wrong = await join('canopy1.not-a-token');
    expect(wrong).toMatchObject({ status: 400, body: { badRequest: { message: expect.stringContaining('no join token') } } });
    expect(await join('x', { password_hash: 'short' })).toMatchObject({
      status: 400,
      body: { badRequest: { message: 'Invalid input for field/attribute join.password_hash: must be 36 bytes in base64' } },
    });
    expect(await join('x', { more: 1 })).toMatchObject({ status: 400 });
  });

  it('does not open for a token of another tree', async () => {
    const { body } = await create({ name: 'b' });
    const { secret } = readJoinToken(body.join_token);
    const other = `canopy1.${Buffer.from(JSON.stringify({ u: 'http://h', c: 'api!east!b', s: secret })).toString('base64url')}`;
    expect(await join(other)).toMatchObject({
      status: 404,
      body: { itemNotFound: { message: expect.stringContaining('does not come below') } },
    });
  });

  it('is opened by an operator only', async () => {
    expect(await send('POST', '/os-cells', { cell: { name: 'b' } })).toMatchObject({ status: 401 });
  });
});

describe('a new cell’s name', () => {
  it.each(['detail', 'join', 'tree', 'a!b', '', 'x'.repeat(64), '-a'])('%j is refused, naming the field', async name => {
    expect(await create({ name })).toMatchObject({ status: 400, body: { badRequest: { message: expect.stringContaining('cell.name') } } });
  });

  it('that is taken is a conflict, and a parent that is not there is not found', async () => {
    expect(await create({ name: 'a' })).toMatchObject({
      status: 409,
      body: { conflictingRequest: { message: 'Cell api!west!a exists already.' } },
    });
    expect(await create({ name: 'b', parent: 'nowhere' })).toMatchObject({ status: 404 });
  });

  it('is free again when the cell was removed', async () => {
    expect(await send('DELETE', '/os-cells/a', undefined, TOKEN)).toMatchObject({
      status: 200,
      body: { removed: 'api!west!a', servers: 0 },
    });
    expect(await create({ name: 'a' })).toMatchObject({ status: 200 });
  });
});
