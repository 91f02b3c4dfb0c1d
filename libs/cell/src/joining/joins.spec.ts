import { beforeEach, describe, expect, it } from 'vitest';
import { CloudError, cellPath, type Logger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild, sampleReport, sampleStatus } from '#simulation';
import { ManualClock, sampleSpec, seededRandom } from '#testing';
import { Cell } from '../cell.js';
import { CellEngine } from '../engine.js';
import { orderedInstance } from '../instances.js';
import type { InstanceRow } from '../rows.js';
import type { BrokerDoor } from './broker-door.js';

const SECRET = 'a'.repeat(64);
const PASSWORD = 'P'.repeat(48);
const HOUR = 3_600_000;
const UUID = '00000000-0000-4000-8000-000000000001';

/** A broker in memory: what is in it can be looked at. */
class Broker implements BrokerDoor {
  readonly address = 'amqps://mq.west:5671/west';
  readonly queues = new Set<string>();
  readonly accounts = new Map<string, string>();
  fails = false;
  userOf = (child: string) => `api.west.cell-${child}`;
  checkAccounts(): void {}
  async declareQueue(child: string): Promise<void> {
    this.queues.add(child);
  }
  async removeQueue(child: string): Promise<void> {
    this.queues.delete(child);
  }
  async ensureAccount(child: string, passwordHash: string): Promise<void> {
    if (this.fails) throw new CloudError('unavailable', 'the broker is away');
    this.accounts.set(this.userOf(child), passwordHash);
  }
  async removeAccount(user: string): Promise<void> {
    this.accounts.delete(user);
  }
}

let clock: ManualClock;
let database: MemoryDatabase;
let broker: Broker;
let engine: CellEngine;
let lines: string[];
beforeEach(() => {
  clock = new ManualClock();
  database = new MemoryDatabase();
  broker = new Broker();
  lines = [];
  const write = (event: string, fields?: object): void => void lines.push(JSON.stringify({ event, ...fields }));
  const log: Logger = { debug: write, info: write, warn: write, error: write, child: () => log };
  const random = seededRandom(1);
  const cell = new Cell({ path: cellPath('api!west'), clock, random, log });
  engine = new CellEngine({ cell, store: new MemoryCellStore({ database, clock, random, top: false }), broker });
});

const nobody = {
  askChild: () => Promise.reject(new Error('no child is asked')),
  askHost: () => Promise.reject(new Error('no host is asked')),
};
const ask = <O extends 'cell.create' | 'cell.redeem' | 'cell.complete' | 'cell.remove'>(operation: O, request: object) =>
  engine.admin.ask<O>(
    {
      cell: cellPath('api!west'),
      operation,
      request: request as never,
      operator: { userId: 'root', requestId: 'req-1' },
      deadline: clock.now() + 10_000,
    },
    nobody,
  );

const create = (more: object = {}) => ask('cell.create', { name: 'b', tokenHash: SECRET, expiresAt: clock.now() + HOUR, ...more });
const proof = { name: 'b', tokenHash: SECRET, passwordHash: PASSWORD };
const complete = (more: object = {}) => ask('cell.complete', { ...proof, enable: true, ...more });
const hears = () =>
  database.children.put('b', { ...database.children.get('b')!, report: sampleReport('api!west!b', 1), lastSeenAt: clock.now() });

describe('a cell that joins', () => {
  it('has a queue and a row at once, and is disabled', async () => {
    expect(await create({ weightOffset: 3 })).toMatchObject({ path: 'api!west!b', enabled: false, health: 'never-seen', weightOffset: 3 });
    expect([...broker.queues]).toEqual(['b']);
    expect(broker.accounts.size).toBe(0);
  });

  it('gets an account with the password that it made itself, and is enabled when it was heard', async () => {
    await create();
    expect(await ask('cell.redeem', proof)).toEqual({ path: 'api!west!b', brokerUrl: 'amqps://api.west.cell-b@mq.west:5671/west' });
    expect([...broker.accounts]).toEqual([['api.west.cell-b', PASSWORD]]);
    expect(await complete()).toEqual({ joined: false, waitingFor: 'its first report' });
    hears();
    expect(await complete()).toEqual({ joined: true, waitingFor: null });
    expect(database.children.get('b')?.enabled).toBe(true);
    expect(await complete()).toEqual({ joined: true, waitingFor: null });
  });

  it('waits for what is pushed down before it is enabled', async () => {
    database.globals = { version: 5, items: [] };
    await create();
    await ask('cell.redeem', proof);
    hears();
    expect(await complete()).toEqual({ joined: false, waitingFor: 'the flavors to reach it' });
    expect(database.children.get('b')?.enabled).toBe(false);
  });

  it('stays disabled when that is wanted', async () => {
    await create();
    await ask('cell.redeem', proof);
    hears();
    expect(await complete({ enable: false })).toEqual({ joined: true, waitingFor: null });
    expect(database.children.get('b')?.enabled).toBe(false);
  });

  it('is answered again when the answer was lost, or the broker was away', async () => {
    await create();
    broker.fails = true;
    await expect(ask('cell.redeem', proof)).rejects.toMatchObject({ kind: 'unavailable' });
    broker.fails = false;
    const answer = await ask('cell.redeem', proof);
    await clock.advance(2 * HOUR);
    expect(await ask('cell.redeem', proof)).toEqual(answer);
  });
});

describe('a join token', () => {
  it('opens once: a second machine is refused', async () => {
    await create();
    await ask('cell.redeem', proof);
    await expect(ask('cell.redeem', { ...proof, passwordHash: 'Q'.repeat(48) })).rejects.toMatchObject({ kind: 'conflict' });
    expect([...broker.accounts.values()]).toEqual([PASSWORD]);
  });

  it('expires', async () => {
    await create();
    await clock.advance(HOUR);
    await expect(ask('cell.redeem', proof)).rejects.toMatchObject({ kind: 'forbidden', message: expect.stringContaining('expired') });
  });

  it('that is wrong, or for a cell that does not exist, is refused alike', async () => {
    await create();
    for (const wrong of [
      { ...proof, tokenHash: 'b'.repeat(64) },
      { ...proof, name: 'c' },
    ])
      await expect(ask('cell.redeem', wrong)).rejects.toMatchObject({
        kind: 'forbidden',
        message: expect.stringContaining('does not open'),
      });
    expect(broker.accounts.size).toBe(0);
  });

  it('is replaced by the next one, until the cell is in the tree', async () => {
    await create();
    await ask('cell.redeem', proof);
    const next = { ...proof, tokenHash: 'c'.repeat(64), passwordHash: 'Q'.repeat(48) };
    await create({ tokenHash: next.tokenHash });
    await expect(ask('cell.redeem', proof)).rejects.toMatchObject({ kind: 'forbidden' });
    await ask('cell.redeem', next);
    expect([...broker.accounts.values()]).toEqual([next.passwordHash]);
    hears();
    await ask('cell.complete', { ...next, enable: true });
    await expect(create()).rejects.toMatchObject({ kind: 'conflict', message: 'Cell api!west!b exists already.' });
  });

  it('is made for no cell that the configuration brought', async () => {
    database.children.put('b', sampleChild('b'));
    await expect(create()).rejects.toMatchObject({ kind: 'conflict' });
  });

  it('stands nowhere in the log, and neither does a hash of it or of the password', async () => {
    await create();
    await ask('cell.redeem', proof);
    hears();
    await complete();
    await ask('cell.remove', { name: 'b', force: false });
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) for (const secret of [SECRET, PASSWORD]) expect(line).not.toContain(secret);
  });
});

describe('a cell that is removed', () => {
  const joined = async () => {
    await create();
    await ask('cell.redeem', proof);
    hears();
    await complete();
  };
  const server = (change: Partial<InstanceRow> = {}): InstanceRow => ({
    ...orderedInstance(UUID, 1, clock.now()),
    nextHop: 'b',
    cellPath: 'api!west!b',
    host: 'h1',
    vmState: 'active',
    taskState: null,
    placedEpoch: 2,
    highestEpoch: 2,
    epoch: 2,
    generation: 9,
    ...change,
  });

  it('takes its account, its queue and its row with it', async () => {
    await joined();
    expect(await ask('cell.remove', { name: 'b', force: false })).toEqual({ servers: 0, left: null });
    expect([broker.accounts.size, broker.queues.size, database.children.get('b')]).toEqual([0, 0, undefined]);
    await expect(ask('cell.remove', { name: 'b', force: false })).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('is gone from the tree with all below it, whatever is still on its way from there', async () => {
    await joined();
    for (const path of ['api!west!b', 'api!west!b!c'])
      database.cellMirrors.put(path, { status: sampleStatus(path, clock.now()), receivedAt: clock.now() });
    await ask('cell.remove', { name: 'b', force: false });
    expect(database.cellMirrors.all().map(({ status }) => [status.path, status.gone])).toEqual([
      ['api!west!b', true],
      ['api!west!b!c', true],
    ]);
  });

  it('is not removed while it has servers, and is as enabled as before', async () => {
    await joined();
    database.instances.put(UUID, server());
    await expect(ask('cell.remove', { name: 'b', force: false })).rejects.toMatchObject({
      kind: 'conflict',
      message: 'Cell api!west!b cannot be removed: there is 1 server in it.',
    });
    expect(database.children.get('b')?.enabled).toBe(true);
    expect(broker.accounts.size).toBe(1);
  });

  it('by force leaves its servers as errors that their owners may delete, and the parent hears of it', async () => {
    await joined();
    database.instances.put(UUID, server());
    database.requestSpecs.put(UUID, { uuid: UUID, spec: sampleSpec(UUID) });
    expect(await ask('cell.remove', { name: 'b', force: true })).toEqual({ servers: 1, left: null });
    const row = database.instances.get(UUID)!;
    expect(row).toMatchObject({ nextHop: null, host: null, vmState: 'error', epoch: 3, placedEpoch: 3, cellPath: 'api!west' });
    expect(row.fault?.message).toContain('taken out of the tree by force');
    const told = [...database.outbox.values()]
      .filter(({ frame }) => frame.destination === 'parent')
      .map(({ frame }) => JSON.parse(frame.body));
    expect(told[0].envelopes[0]).toMatchObject({
      method: 'instance.state',
      payload: { report: { vmState: 'error', version: { epoch: 3 } } },
    });
  });

  it('by force ends the deletion of a server that was on its way there', async () => {
    await joined();
    const placement = { triedCells: [], triedHosts: [], trail: [], deleteRequest: 'req-d' };
    database.instances.put(UUID, server({ placement, taskState: 'deleting' }));
    await ask('cell.remove', { name: 'b', force: true });
    expect(database.instances.get(UUID)?.deletedAt).not.toBeNull();
  });

  it('whose account an operator made is said to leave it', async () => {
    database.children.put('b', sampleChild('b'));
    expect(await ask('cell.remove', { name: 'b', force: false })).toMatchObject({ left: expect.stringContaining('remove it there') });
  });

  it('may join again', async () => {
    await joined();
    await ask('cell.remove', { name: 'b', force: false });
    await joined();
    expect(database.children.get('b')?.enabled).toBe(true);
  });
});
