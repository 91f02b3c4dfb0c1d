import { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AdminOperationName, AdminRequest, AdminResult } from '#contracts';
import { cellDataSource, childCellEntities, SqlCellStore } from '#database';
import { type CellPath, cellPath, nameOf, silentLogger } from '#domain';
import { BrokerLink } from '#messaging';
import { sampleHost } from '#simulation';
import { seededRandom, type TestVhost, testDatabase, testVhost, until } from '#testing';
import { CellNode } from './cell-node.js';

const clock = { now: () => Date.now(), sleep: (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms)) };
const closing: (() => Promise<unknown>)[] = [];
const PATIENCE = { timeoutMs: 50_000 };

interface Running {
  readonly node: CellNode;
  readonly store: SqlCellStore;
  readonly vhost: TestVhost;
  /** The connection to the parent is gone, and stays away. */
  cutOff(): Promise<void>;
}

const linkTo = async (url: string): Promise<BrokerLink> => {
  const quiet = { log: () => undefined, warn: () => undefined, error: () => undefined };
  const connection = new AmqpConnection({ uri: url, connectionInitOptions: { wait: false }, enableDirectReplyTo: false, logger: quiet });
  await connection.init();
  closing.push(() => connection.managedConnection.close());
  return new BrokerLink(connection, silentLogger);
};

/** A cell on a broker and a database of its own, with its ticks. */
const startCell = async (path: CellPath, children: readonly string[], above?: Running): Promise<Running> => {
  const database = await testDatabase();
  closing.push(() => database.drop());
  const source = await cellDataSource({
    url: database.url,
    entities: [...childCellEntities],
    migrations: [],
    synchronize: true,
  }).initialize();
  closing.push(() => source.destroy());
  const vhost = await testVhost();
  closing.push(() => vhost.drop());
  const own = await linkTo(vhost.url);
  const parent = above && (await linkTo(above.vhost.url));
  const store = new SqlCellStore(source, clock, { children: children.length > 0, hosts: true, top: false });
  const facts = { brokers: { own: { username: 'cell', host: '127.0.0.1', port: 5672 } } };
  const shared = { path, store, own, children, clock, random: seededRandom(path.length), log: silentLogger, lastHeard: clock.now(), facts };
  const node = new CellNode(parent ? { ...shared, parent } : shared);
  await node.start();
  closing.push(() => node.stop());
  let ticking = Promise.resolve();
  const timer = setInterval(() => {
    ticking = ticking.then(() => node.tick()).catch(() => undefined);
  }, 500);
  closing.push(async () => {
    clearInterval(timer);
    await ticking;
  });
  await until(() => own.connected && (parent?.connected ?? true), PATIENCE);
  return { node, store, vhost, cutOff: async () => parent?.close() };
};

let api: Running;
let west: Running;
let leaf: Running;
beforeAll(async () => {
  api = await startCell(cellPath('api'), ['west']);
  west = await startCell(cellPath('api!west'), ['a'], api);
  leaf = await startCell(cellPath('api!west!a'), [], west);
  await leaf.store.transact({ placement: true }, ({ work }) => work.hosts.put(sampleHost('a1', { lastSeenAt: clock.now() })));
});
afterAll(async () => {
  for (const close of closing.reverse()) await close().catch(() => undefined);
});

const order = <O extends AdminOperationName>(
  at: Running,
  cell: string,
  operation: O,
  request: AdminRequest<O>,
  seconds = 10,
): Promise<AdminResult<O>> => {
  const operator = { userId: 'root', requestId: 'req-op' };
  return at.node.admin.ask({ cell: cellPath(cell), operation, request, operator, deadline: clock.now() + seconds * 1000 });
};

const treeAt = async (at: Running) => (await order(at, at.node.cell.path, 'cell.tree', {})).cells;
const inTree = async (at: Running, path: string) => (await treeAt(at)).find(cell => cell.path === path);

describe('three cells, each with its own broker and database', () => {
  it('carry an order from the root to the leaf, and the answer back', async () => {
    expect(await order(api, 'api!west!a', 'cell.info', {})).toMatchObject({ path: 'api!west!a', capabilities: { hypervisor: ['fake'] } });
    await expect(order(api, 'api!west!b', 'cell.info', {})).rejects.toMatchObject({
      kind: 'notFound',
      message: 'Cell api!west!b could not be found.',
    });
  });

  it('know the tree below them, each from its own database', async () => {
    await until(async () => (await inTree(api, 'api!west!a'))?.hostsUp === 1, PATIENCE);
    expect((await treeAt(api)).map(cell => [cell.path, cell.health, cell.hostsUp])).toEqual([
      ['api', 'up', 1],
      ['api!west', 'up', 1],
      ['api!west!a', 'up', 1],
    ]);
    expect((await treeAt(west)).map(cell => cell.path)).toEqual(['api!west', 'api!west!a']);
    expect(await inTree(api, 'api!west!a')).toMatchObject({
      software: expect.stringMatching(/^\d/),
      protocol: { newest: expect.any(Number) },
    });
  });

  it('keep with the parent what an operator wants of a cell, and show it at the root', async () => {
    const changes = { enabled: false, disabledReason: 'new disks', weightOffset: 2 };
    expect(await order(api, 'api!west', 'cell.update', { name: 'a', changes })).toMatchObject({ path: 'api!west!a', enabled: false });
    expect((await west.store.readChildren()).map(child => [child.name, child.enabled, child.weightOffset])).toEqual([['a', false, 2]]);
    await until(async () => (await inTree(api, 'api!west!a'))?.health === 'disabled', PATIENCE);
    await order(api, 'api!west', 'cell.update', { name: 'a', changes: { enabled: true, draining: 40 } });
    await until(async () => (await inTree(api, 'api!west!a'))?.health === 'draining', PATIENCE);
    expect(await inTree(api, 'api!west!a')).toMatchObject({ draining: 40, drainedPercent: 100, disabledReason: null, weightOffset: 2 });
  });

  it('name the hop that does not answer, and go on where they are', async () => {
    await leaf.cutOff();
    await expect(order(api, 'api!west!a', 'cell.info', {}, 3)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'api!west!a did not answer in time',
    });
    expect(await order(leaf, 'api!west!a', 'cell.info', {})).toMatchObject({ path: 'api!west!a' });
    expect((await treeAt(leaf)).map(cell => [cell.path, cell.health])).toEqual([['api!west!a', 'up']]);
    await west.cutOff();
    await expect(order(api, 'api!west!a', 'cell.info', {}, 3)).rejects.toMatchObject({ message: 'api!west did not answer in time' });
    await order(west, 'api!west', 'cell.update', { name: nameOf(cellPath('api!west!a')), changes: { draining: 0 } });
    await until(async () => (await inTree(west, 'api!west!a'))?.health === 'mute', PATIENCE);
    await until(async () => (await inTree(api, 'api!west!a'))?.health === 'mute', PATIENCE);
    expect((await treeAt(api)).map(cell => cell.path)).toEqual(['api', 'api!west', 'api!west!a']);
  }, 90_000);
});
