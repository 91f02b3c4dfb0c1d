import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLogger } from '#domain';
import {
  BatchConsumer,
  type BrokerLink,
  BrokerModule,
  declareCell,
  downQueue,
  EXCHANGES,
  linkToken,
  QUEUES,
  QueueMender,
  toQueue,
} from '#messaging';
import { sampleEnvelope, until } from '#testing';
import { PrivateBroker } from './private-broker.js';

const clock = { now: () => Date.now(), sleep: (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms)) };
const WEST = downQueue('west');
let broker: PrivateBroker;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  broker = await PrivateBroker.start();
});

afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await broker.remove();
});

class Side {}

/** A connection to the broker that comes back by itself, as every process has it. */
const linkTo = async (): Promise<BrokerLink> => {
  const module = { module: Side, imports: [BrokerModule.forRoot({ own: broker.url }, silentLogger)] };
  const app = await NestFactory.createApplicationContext(module, { logger: false });
  const link = app.get<BrokerLink>(linkToken('own'));
  closing.push(
    () => app.close(),
    () => link.close(),
  );
  return link;
};

const send = async (link: BrokerLink, id: string): Promise<void> => {
  const frame = { id, body: JSON.stringify({ id, envelopes: [sampleEnvelope(id, {})] }) };
  await link.publish({ exchange: EXCHANGES.up, routingKey: 'event.west' }, frame, { persistent: true });
  await link.publish(toQueue(WEST), frame, { persistent: true });
};

const taking = (link: BrokerLink, queue: string): string[] => {
  const got: string[] = [];
  const handle = async (frames: { id: string }[]) => void got.push(...frames.map(frame => frame.id));
  new BatchConsumer({ queue, handle, malformed: async () => undefined }, clock, silentLogger).start(link);
  return got;
};

it('queues that their broker does not open again are made anew, with their bindings, and taken from as before', async () => {
  const above = await linkTo();
  above.open(channel => declareCell(channel, ['west']));
  const sent = (id: string) => until(() => send(above, id).then(() => true), { timeoutMs: 60_000, everyMs: 200, what: `${id} being sent` });
  await sent('before-1');
  await broker.restart();
  await sent('before-2');
  await broker.restart(() => broker.breakQuorumQueues());
  await until(() => above.connected, { timeoutMs: 20_000 });
  await expect(send(above, 'refused')).rejects.toThrow('message nacked');

  const mended: string[] = [];
  const declare = (channel: Parameters<typeof declareCell>[0]) => declareCell(channel, ['west']);
  const mender = new QueueMender(above, { declare, mended: queue => mended.push(queue), deadForMs: 3000 }, clock, silentLogger);
  mender.start();
  closing.push(async () => mender.stop());
  const events = taking(above, QUEUES.events);
  // The child's own link declares nothing, and may not.
  const below = await linkTo();
  below.open(async () => undefined);
  const orders = taking(below, WEST);
  await sent('after');
  await until(() => events.includes('after') && orders.includes('after'), { timeoutMs: 30_000 });
  expect(mended.sort()).toEqual([QUEUES.events, WEST]);
}, 180_000);
