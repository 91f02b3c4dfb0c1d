import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '#domain';
import { BatchConsumer, type BrokerLink, declareCell, downQueue, EXCHANGES, QUEUES, QueueMender, toQueue } from '#messaging';
import { sampleEnvelope, until } from '#testing';
import { PrivateBroker } from './private-broker.js';

const clock = { now: () => Date.now(), sleep: (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms)) };
const WEST = downQueue('west');
let broker: PrivateBroker;

beforeAll(async () => {
  broker = await PrivateBroker.start();
});

afterAll(async () => {
  await broker.remove();
});

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
  const above = await broker.link();
  above.open(channel => declareCell(channel, ['west']));
  const sent = (id: string) => until(() => send(above, id).then(() => true), { timeoutMs: 60_000, everyMs: 200, what: `${id} being sent` });
  await sent('before-1');
  await broker.restart();
  await sent('before-2');
  await broker.restart(() => broker.breakQuorumQueues());
  await until(() => above.connected, { timeoutMs: 50_000 });
  await expect(send(above, 'refused')).rejects.toThrow('message nacked');

  const mended: string[] = [];
  const declare = (channel: Parameters<typeof declareCell>[0]) => declareCell(channel, ['west']);
  const mender = new QueueMender(above, { declare, mended: queue => mended.push(queue), deadForMs: 3000 }, clock, silentLogger);
  mender.start();
  onTestFinished(() => mender.stop());
  const events = taking(above, QUEUES.events);
  // The child's own link declares nothing, and may not.
  const below = await broker.link();
  below.open(async () => undefined);
  const orders = taking(below, WEST);
  await sent('after');
  await until(() => events.includes('after') && orders.includes('after'), { timeoutMs: 50_000 });
  expect(mended.sort()).toEqual([QUEUES.events, WEST]);
}, 180_000);
