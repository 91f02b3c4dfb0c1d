import { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import { afterEach, expect, it } from 'vitest';
import { orderedInstance } from '#cell';
import { PROTOCOL_VERSION } from '#contracts';
import { cellDataSource, childCellEntities, SqlCellStore } from '#database';
import { cellPath, silentLogger } from '#domain';
import { BrokerLink, EXCHANGES, eventKey, QUEUES } from '#messaging';
import { sampleEnvelope, seededRandom, testDatabase, testVhost, until } from '#testing';
import { CellNode } from './cell-node.js';

const clock = { now: () => Date.now(), sleep: (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms)) };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const UUID = '00000000-0000-4000-8000-000000000001';

/** A cell with a child `a`, on a broker and a database of its own. */
const runningCell = async () => {
  const database = await testDatabase();
  const source = await cellDataSource({
    url: database.url,
    entities: [...childCellEntities],
    migrations: [],
    synchronize: true,
  }).initialize();
  const vhost = await testVhost();
  const connection = new AmqpConnection({ uri: vhost.url, connectionInitOptions: { wait: false }, enableDirectReplyTo: false });
  await connection.init();
  const own = new BrokerLink(connection, silentLogger);
  const store = new SqlCellStore(source, clock, { children: true, hosts: true, top: false });
  const node = new CellNode({
    path: cellPath('west'),
    store,
    own,
    children: ['a'],
    clock,
    random: seededRandom(1),
    log: silentLogger,
    lastHeard: clock.now(),
    facts: { brokers: { own: { username: 'guest', host: '127.0.0.1', port: 5672 } } },
  });
  await node.start();
  closing.push(
    () => vhost.drop(),
    () => database.drop(),
    () => source.destroy(),
    () => connection.managedConnection.close(),
    () => node.stop(),
  );
  await until(() => own.connected, { timeoutMs: 50_000 });
  return { node, own, store };
};

it('poison on the broker is parked, and neither stops nor loops what else is in the queue', async () => {
  const { node, own, store } = await runningCell();
  await store.transact({ instances: [UUID] }, ({ work }) =>
    work.instances.put({ ...orderedInstance(UUID, 0, 1), nextHop: 'a', placedEpoch: 1, highestEpoch: 1 }),
  );
  const publish = (id: string, body: string) =>
    own.publish({ exchange: EXCHANGES.up, routingKey: eventKey('a') }, { id, body }, { persistent: true });
  const up = { source: 'west!a', target: 'west', deadline: clock.now() + 60_000, protocol: PROTOCOL_VERSION };
  const deleted = { instanceUuid: UUID, version: { epoch: 1, generation: 3 }, countedFrom: { epoch: 0, generation: 1 }, events: [] };
  await publish('p1', '\u0000not json');
  await publish('p2', JSON.stringify({ id: 'p2', envelopes: [sampleEnvelope('unknown', { ...up, method: 'instance.dance' })] }));
  const mixed = [
    sampleEnvelope('bad', { ...up, method: 'instance.deleted', payload: { ...deleted, version: 'new' } }),
    sampleEnvelope('good', { ...up, method: 'instance.deleted', payload: deleted }),
  ];
  await publish('p3', JSON.stringify({ id: 'p3', envelopes: mixed }));

  await until(async () => (await store.findInstance(UUID))?.deletedAt != null, { timeoutMs: 50_000 });
  await until(async () => (await store.countParked()).count === 3, { timeoutMs: 50_000 });
  const parked = await store.listParked(10);
  expect(parked.map(({ envelope }) => envelope.method).sort()).toEqual(['instance.dance', 'instance.deleted', 'malformed']);
  await until(async () => (await own.aside.depthsOf([QUEUES.events]))[0]?.messages === 0, { timeoutMs: 50_000 });

  const operator = { userId: 'root', requestId: 'req-op' };
  const order = { cell: cellPath('west'), operation: 'queues.list', request: {}, operator, deadline: clock.now() + 10_000 } as const;
  const { queues } = await node.admin.ask(order);
  expect(queues.map(queue => [queue.name, queue.messages, queue.consumers])).toEqual([
    ['cell.events', 0, 1],
    ['cell.reports', 0, 1],
    ['cell.a.down', 0, 0],
    ['parked', 3, null],
  ]);
});
