import { type ChannelModel, connect } from 'amqplib';
import { messageOf } from '#domain';
import { type BrokerEndpoint, connectionOptions } from './broker-endpoint.js';
import type { Channel } from './broker-link.js';
import { downQueue, EXCHANGES, QUEUES } from './names.js';

/** One thing that an account was tried at. */
export interface Probe {
  /** In words: `take messages of the cell above`. */
  readonly what: string;
  readonly wanted: 'allowed' | 'refused';
  readonly passed: boolean;
  /** When it did not pass. */
  readonly reason: string | null;
}

export interface AccountProbes {
  readonly probes: readonly Probe[];
  /** Of the child's queue: at least one when the cell runs. */
  readonly consumers: number;
}

const CONNECT_TIMEOUT_MS = 10_000;
const REFUSED = /ACCESS_REFUSED|access to .* refused/i;

/**
 * Tries what a child's account on its parent's broker must be able to do, and what it must not. Nothing that it does is seen by anybody:
 * what is published goes to a key that nothing is bound to, and what is refused does not happen.
 * @throws Error when the broker cannot be reached, or lets the account in nowhere.
 */
export const probeChildAccount = async (broker: BrokerEndpoint, child: string): Promise<AccountProbes> => {
  const connection = await open(broker);
  try {
    let consumers = 0;
    const probes = [
      await allowed(connection, `take from ${downQueue(child)}`, async channel => {
        consumers = (await channel.checkQueue(downQueue(child))).consumerCount;
        // Without a name the broker checks the right to read all the same; the message, if any, goes back.
        const message = await channel.get(downQueue(child), { noAck: false });
        if (message) channel.nack(message, false, true);
      }),
      await allowed(connection, `publish to ${EXCHANGES.up}`, channel => publish(channel, EXCHANGES.up, 'probe.nobody')),
      await refused(connection, 'take events of the cell above', channel => channel.get(QUEUES.events, { noAck: false })),
      await refused(connection, 'write into queues past the exchange', channel => publish(channel, '', QUEUES.events)),
      await refused(connection, `publish to ${EXCHANGES.services}`, channel => publish(channel, EXCHANGES.services, 'probe.nobody')),
      await refused(connection, `publish to ${EXCHANGES.compute}`, channel => publish(channel, EXCHANGES.compute, 'probe.nobody')),
      await refused(connection, 'declare queues', channel => channel.assertQueue('', { exclusive: true })),
      await refused(connection, 'listen to its siblings', channel => channel.bindQueue(downQueue(child), EXCHANGES.up, '#')),
    ];
    return { probes, consumers };
  } finally {
    await connection.close().catch(() => undefined);
  }
};

/** @returns how many consumers the cell's own events have: at least one when the cell runs. @throws Error when it cannot be reached. */
export const probeOwnBroker = async (broker: BrokerEndpoint): Promise<number> => {
  const connection = await open(broker);
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    return (await channel.checkQueue(QUEUES.events)).consumerCount;
  } finally {
    await connection.close().catch(() => undefined);
  }
};

const open = async ({ url, tls }: BrokerEndpoint): Promise<ChannelModel> => {
  const connection = await connect(url, { ...connectionOptions(tls), timeout: CONNECT_TIMEOUT_MS });
  connection.on('error', () => undefined);
  return connection;
};

type Trial = (channel: Channel) => Promise<unknown>;

const allowed = async (connection: ChannelModel, what: string, trial: Trial): Promise<Probe> => {
  const error = await attempt(connection, trial);
  return { what, wanted: 'allowed', passed: error === undefined, reason: error ?? null };
};

const refused = async (connection: ChannelModel, what: string, trial: Trial): Promise<Probe> => {
  const error = await attempt(connection, trial);
  const passed = error !== undefined && REFUSED.test(error);
  return { what, wanted: 'refused', passed, reason: passed ? null : (error ?? 'the broker allows it') };
};

/** Each on a channel of its own: what is refused closes it. @returns what the broker said against it. */
const attempt = async (connection: ChannelModel, trial: Trial): Promise<string | undefined> => {
  const channel = await connection.createConfirmChannel();
  let closedWith: unknown;
  channel.on('error', error => {
    closedWith = error;
  });
  try {
    await trial(channel);
    await channel.waitForConfirms();
    await channel.close();
    return closedWith === undefined ? undefined : messageOf(closedWith);
  } catch (error) {
    return messageOf(closedWith ?? error);
  }
};

/** Its refusal closes the channel later; the next answer of the broker comes after it. */
const publish = async (channel: Channel, exchange: string, key: string): Promise<void> => {
  channel.publish(exchange, key, Buffer.from('{}'), { persistent: false });
};
