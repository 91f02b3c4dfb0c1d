import { connect } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TestVhost, testVhost } from '#testing';
import { childRights } from './child-rights.js';
import { downQueue } from './names.js';
import { probeChildAccount } from './probe-account.js';
import { declareCell } from './topology.js';

let vhost: TestVhost;
beforeEach(async () => {
  vhost = await testVhost();
  const connection = await connect(vhost.url);
  const channel = await connection.createConfirmChannel();
  await declareCell(channel, ['west', 'westward', 'east']);
  await connection.close();
});
afterEach(() => vhost.drop());

/** What the broker says to an account that tries to take from a queue. */
const taking = async (url: string, queue: string): Promise<string> => {
  const connection = await connect(url);
  connection.on('error', () => undefined);
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  const answer = await channel
    .consume(queue, () => undefined)
    .then(
      () => 'taken',
      error => String(error),
    );
  await connection.close();
  return answer;
};

describe('F26: the account of a child on its parent’s broker', () => {
  it('takes what is sent to the child and publishes upwards, and does nothing else', async () => {
    const { probes, consumers } = await probeChildAccount({ url: await vhost.account(childRights('west')) }, 'west');
    expect(probes.filter(probe => !probe.passed)).toEqual([]);
    expect(probes.map(probe => probe.wanted)).toEqual(['allowed', 'allowed', ...Array(6).fill('refused')]);
    expect(consumers).toBe(0);
  });

  it('takes nothing of its siblings, whatever they are called', async () => {
    const url = await vhost.account(childRights('west'));
    expect(await taking(url, downQueue('west'))).toBe('taken');
    for (const sibling of ['east', 'westward']) expect(await taking(url, downQueue(sibling))).toContain('ACCESS_REFUSED');
  });

  it('that may do more than it should is found by its probes', async () => {
    const all = { configure: '.*', write: '.*', read: '.*' };
    const { probes } = await probeChildAccount({ url: await vhost.account(all) }, 'west');
    expect(probes.filter(probe => !probe.passed)).toHaveLength(6);
  });

  it('that may do less is found too', async () => {
    const { probes } = await probeChildAccount({ url: await vhost.account({ ...childRights('west'), read: '^$' }) }, 'west');
    expect(probes.filter(probe => !probe.passed)).toMatchObject([{ what: 'take from cell.west.down', wanted: 'allowed' }]);
  });
});
