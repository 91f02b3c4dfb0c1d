import type { Channel } from './broker-link.js';
import { downQueue, EXCHANGES, eventKey, hostKey, hostQueue, QUEUES, REPORT_TTL_MS, reportKey } from './names.js';

const quorum = { durable: true, arguments: { 'x-queue-type': 'quorum' } };

/** What a cell declares on its own broker. Safe to repeat. */
export const declareCell = async (channel: Channel, children: readonly string[]): Promise<void> => {
  for (const exchange of Object.values(EXCHANGES)) await channel.assertExchange(exchange, 'topic', { durable: true });
  await channel.assertQueue(QUEUES.events, quorum);
  await channel.assertQueue(QUEUES.reports, { durable: true, messageTtl: REPORT_TTL_MS });
  for (const exchange of [EXCHANGES.up, EXCHANGES.services]) {
    await channel.bindQueue(QUEUES.events, exchange, eventKey('#'));
    await channel.bindQueue(QUEUES.reports, exchange, reportKey('#'));
  }
  for (const child of children) await declareChild(channel, child);
};

/** The queue of what is sent to one child. Safe to repeat. */
export const declareChild = async (channel: Channel, child: string): Promise<void> => {
  await channel.assertQueue(downQueue(child), quorum);
};

/**
 * What a compute service declares for one of its hosts. One consumer is active at a time: a second process for the same host waits
 * until the first is gone, instead of working beside it.
 *
 * The queue of a host that is only played is a classic one: each quorum queue is a Raft group, and a load test with hundreds of hosts
 * would spend minutes starting them.
 */
export const declareHost = async (channel: Channel, host: string, type: 'quorum' | 'classic' = 'quorum'): Promise<void> => {
  await channel.assertQueue(hostQueue(host), { durable: true, arguments: { 'x-queue-type': type, 'x-single-active-consumer': true } });
  await channel.bindQueue(hostQueue(host), EXCHANGES.compute, hostKey(host));
};
