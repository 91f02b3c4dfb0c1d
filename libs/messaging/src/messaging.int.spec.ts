import { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Envelope, Frame } from '#contracts';
import { type Clock, CloudError, silentLogger } from '#domain';
import { seededRandom, type TestVhost, testVhost, until } from '#testing';
import { answerQuery } from './answer-queries.js';
import { BatchConsumer } from './batch-consumer.js';
import { BrokerLink } from './broker-link.js';
import { childRights } from './child-rights.js';
import { downQueue, EXCHANGES, hostQueue, QUEUES, toQueue } from './names.js';
import { OutboxRelay, type OutgoingFrame } from './outbox-relay.js';
import { QueryClient } from './query-client.js';
import { declareCell, declareHost } from './topology.js';
import { WorkConsumer } from './work-consumer.js';

const clock: Clock = { now: () => Date.now(), sleep: ms => new Promise(resolve => setTimeout(resolve, ms)) };
const log = silentLogger;
let vhost: TestVhost;
let closing: (() => Promise<unknown>)[];

beforeEach(async () => {
  vhost = await testVhost();
  closing = [];
});

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  await vhost.drop();
});

const linkTo = async (url: string): Promise<BrokerLink> => {
  const connection = new AmqpConnection({
    uri: url,
    connectionManagerOptions: { connectionOptions: { noDelay: true }, reconnectTimeInSeconds: 1 },
    connectionInitOptions: { wait: false, skipConnectionFailedLogging: true, skipDisconnectFailedLogging: true },
    enableDirectReplyTo: false,
    logger: { log: () => undefined, warn: () => undefined, error: () => undefined },
  });
  await connection.init();
  const link = new BrokerLink(connection, log);
  closing.push(
    () => connection.managedConnection.close(),
    () => link.close(),
  );
  return link;
};

const cellLink = async (): Promise<BrokerLink> => {
  const link = await linkTo(vhost.url);
  link.open(channel => declareCell(channel, ['west']));
  await until(() => link.connected, { timeoutMs: 50_000 });
  return link;
};

const envelope = (id: string, more: Partial<Envelope> = {}): Envelope => ({
  id,
  method: 'instance.state',
  protocol: 1,
  source: 'api!west',
  target: 'api',
  hops: 0,
  deadline: clock.now() + 10_000,
  requestId: 'req-1',
  payload: { n: id },
  ...more,
});
const frame = (id: string, more: Partial<Envelope> = {}): Frame => ({ id, envelopes: [envelope(id, more)] });
const send = (link: BrokerLink, queue: string, body: Frame): Promise<void> =>
  link.publish(toQueue(queue), { id: body.id, body: JSON.stringify(body) }, { persistent: true });

describe('a link to a broker', () => {
  it('publishes only what a queue takes', async () => {
    const link = await cellLink();
    await expect(send(link, downQueue('west'), frame('f1'))).resolves.toBeUndefined();
    await expect(send(link, downQueue('nobody'), frame('f2'))).rejects.toThrow('no queue for cell.nobody.down');
  });

  it('fails at once while there is no broker, instead of buffering', async () => {
    const link = await linkTo('amqp://guest:guest@127.0.0.1:9/none');
    link.open(async () => undefined);
    await expect(send(link, 'any', frame('f1'))).rejects.toThrow('the broker is not connected');
  });

  it("goes on trying when a queue is missing at first, as a child's is before its parent has started", async () => {
    const child = await linkTo(vhost.url);
    const got: string[] = [];
    child.open(async () => undefined);
    consumer(downQueue('west'), got).start(child);
    const parent = await cellLink();
    await send(parent, downQueue('west'), frame('late'));
    await until(() => got.includes('late'), { timeoutMs: 50_000 });
  });

  it('F26: gives a child no more than its queue and its exchange', async () => {
    const parent = await cellLink();
    const account = await vhost.account(childRights('west'));
    const child = await linkTo(account);
    const got: string[] = [];
    child.open(async () => undefined);
    consumer(downQueue('west'), got).start(child);
    await send(parent, downQueue('west'), frame('order'));
    await until(() => got.includes('order'), { timeoutMs: 50_000 });
    await until(() => child.connected, { timeoutMs: 50_000 });
    const up = { exchange: EXCHANGES.up, routingKey: 'event.west' };
    await expect(child.publish(up, { id: 'e', body: JSON.stringify(frame('e')) }, { persistent: true })).resolves.toBeUndefined();
    await expect(send(child, QUEUES.events, frame('x'))).rejects.toThrow(CloudError);
  });
});

const consumer = (queue: string, got: string[], fail: () => boolean = () => false): BatchConsumer =>
  new BatchConsumer(
    {
      queue,
      handle: async frames => {
        if (fail()) throw new Error('the database is away');
        got.push(...frames.map(one => one.id));
      },
      malformed: async (_body, reason) => void got.push(`malformed ${reason.slice(0, 10)}`),
    },
    clock,
    log,
  );

const noting = (batches: string[][], { handlingMs = 0, restMs = 0 }): BatchConsumer =>
  new BatchConsumer(
    {
      queue: QUEUES.events,
      restMs,
      handle: async frames => {
        batches.push(frames.map(one => one.id));
        await clock.sleep(handlingMs);
      },
      malformed: async () => undefined,
    },
    clock,
    log,
  );

describe('a batch consumer', () => {
  it('takes together what came while it was busy, in order', async () => {
    const link = await cellLink();
    const batches: string[][] = [];
    const taking = noting(batches, { handlingMs: 300 });
    taking.start(link);
    const ids = Array.from({ length: 30 }, (_, n) => `f${n}`);
    for (const id of ids) await send(link, QUEUES.events, frame(id));
    await until(() => batches.flat().length === 30, { timeoutMs: 50_000 });
    expect(batches.flat()).toEqual(ids);
    expect(batches.length).toBeLessThan(15);
  });

  it('takes the first at once and those that come while it rests together', async () => {
    const link = await cellLink();
    const batches: string[][] = [];
    noting(batches, { restMs: 4000 }).start(link);
    const ids = Array.from({ length: 10 }, (_, n) => `f${n}`);
    await send(link, QUEUES.events, frame(ids[0]!));
    await until(() => batches.length === 1, { timeoutMs: 3500 });
    for (const id of ids.slice(1)) await send(link, QUEUES.events, frame(id));
    await until(() => batches.flat().length === 10, { timeoutMs: 50_000 });
    expect(batches).toEqual([ids.slice(0, 1), ids.slice(1)]);
  });

  it('holds a batch back until it can be handled', async () => {
    const link = await cellLink();
    const got: string[] = [];
    let failures = 2;
    consumer(QUEUES.events, got, () => failures-- > 0).start(link);
    await send(link, QUEUES.events, frame('f1'));
    await until(() => got.length === 1, { timeoutMs: 50_000 });
    expect(got).toEqual(['f1']);
  });

  it('hands on what is no frame, and takes the next', async () => {
    const link = await cellLink();
    const got: string[] = [];
    consumer(QUEUES.events, got).start(link);
    await link.publish(toQueue(QUEUES.events), { id: 'bad', body: 'not json' }, { persistent: true });
    await send(link, QUEUES.events, frame('good'));
    await until(() => got.includes('good'), { timeoutMs: 50_000 });
    expect(got[0]).toMatch(/^malformed/);
  });
});

describe('the outbox relay', () => {
  const outboxOf = (waiting: OutgoingFrame[]) => ({
    deleted: [] as string[],
    takeOutbox: async () => waiting.splice(0),
    async deleteOutbox(ids: readonly string[]) {
      this.deleted.push(...ids);
    },
  });

  it('deletes a row when the broker has confirmed it, and leaves one that nobody takes', async () => {
    const link = await cellLink();
    const waiting = [
      { id: 'f1', destination: 'child/west', body: JSON.stringify(frame('f1')) },
      { id: 'f2', destination: 'host/none', body: JSON.stringify(frame('f2')) },
    ];
    const outbox = outboxOf(waiting);
    const relay = new OutboxRelay(outbox, { own: link }, 'api', clock, log);
    expect(await relay.poll()).toBe(1);
    await relay.stop();
    expect(outbox.deleted).toEqual(['f1']);
  });

  it('sends at once what a transaction has just written', async () => {
    const link = await cellLink();
    const got: string[] = [];
    consumer(downQueue('west'), got).start(link);
    const outbox = outboxOf([]);
    const relay = new OutboxRelay(outbox, { own: link }, 'api', clock, log);
    relay.offer([{ id: 'f1', destination: 'child/west', body: JSON.stringify(frame('f1')) }]);
    await until(() => got.includes('f1') && outbox.deleted.includes('f1'), { timeoutMs: 50_000 });
  });
});

describe('queries', () => {
  const asking = async (link: BrokerLink) => {
    const client = new QueryClient(link, clock, seededRandom(1));
    client.start();
    return client;
  };

  const answering = (link: BrokerLink, answer: (query: Envelope) => Promise<unknown>) =>
    new WorkConsumer(
      {
        queue: hostQueue('h1'),
        declare: channel => declareHost(channel, 'h1'),
        prefetch: 5,
        handle: async ({ envelopes }) => {
          for (const query of envelopes) await answerQuery(link, EXCHANGES.services, query, 'api!west@h1', answer, { clock, log });
        },
      },
      clock,
      log,
    ).start(link);

  const ask = (client: QueryClient, milliseconds: number) =>
    client.ask(
      { exchange: EXCHANGES.compute, routingKey: 'host.h1' },
      envelope(`q${milliseconds}`, { method: 'guest.console', deadline: clock.now() + milliseconds }),
    );

  it('bring the answer, or the error with its kind', async () => {
    const link = await cellLink();
    answering(link, async query => {
      if (query.id === 'q9001') throw new CloudError('conflict', 'not now');
      return { output: 'hello' };
    });
    const client = await asking(link);
    expect(await until(() => ask(client, 9000), { timeoutMs: 50_000 })).toEqual({ output: 'hello' });
    await expect(ask(client, 9001)).rejects.toMatchObject({ kind: 'conflict', message: 'not now' });
  });

  it('end at their deadline when nobody answers', async () => {
    const link = await cellLink();
    answering(link, () => new Promise(() => undefined));
    const client = await asking(link);
    await clock.sleep(300);
    await expect(ask(client, 400)).rejects.toMatchObject({ kind: 'unavailable', message: 'api did not answer in time' });
  });
});
