import { afterAll, beforeAll, expect, it } from 'vitest';
import { declareCell, QUEUES, toQueue } from '#messaging';
import { until } from '#testing';
import { PrivateBroker } from './private-broker.js';

let broker: PrivateBroker;

beforeAll(async () => {
  broker = await PrivateBroker.start();
});

afterAll(async () => {
  await broker.remove();
});

it('a broker that lacks the disk to take anything is told from neighbours that say nothing, until there is room', async () => {
  const link = await broker.link();
  let hears: boolean | undefined;
  link.onHearing(now => {
    hears = now;
  });
  link.open(channel => declareCell(channel, []));
  const send = () => link.publish(toQueue(QUEUES.events), { id: 'm', body: '{}' }, { persistent: true });
  await until(() => hears === true, { timeoutMs: 50_000, what: 'the broker being heard' });
  await send();

  // More than any disk has. Nobody sends anything but the link itself.
  await broker.control('set_disk_free_limit', '999999999999999');
  await until(() => hears === false, { timeoutMs: 60_000, what: 'the broker being known to take nothing' });
  expect(link.connected).toBe(true);
  await expect(send()).rejects.toThrow('the broker takes no messages: it lacks disk or memory');

  await broker.control('set_disk_free_limit', '1000000');
  await until(() => hears === true, { timeoutMs: 60_000, what: 'the broker being heard again' });
  await send();
}, 240_000);
