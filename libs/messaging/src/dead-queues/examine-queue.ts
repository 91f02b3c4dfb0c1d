import { messageOf } from '#domain';
import type { ChannelModel } from '../broker-link.js';

/** `dead`: the broker has it on its books, and no process for it. `unknown`: the broker did not say. */
export type QueueHealth = 'alive' | 'dead' | 'missing' | 'unknown';

/**
 * Asks a broker for one message of a queue that seems to be empty and that nobody takes from: of a dead one it says the same as of an
 * empty one until then. It answers the question for a dead one by closing the connection.
 *
 * @param connection of its own: it may be gone afterwards
 */
export const examineQueue = async (connection: ChannelModel, queue: string): Promise<QueueHealth> => {
  const said: unknown[] = [];
  connection.on('error', error => said.push(error));
  try {
    const channel = await connection.createChannel();
    channel.on('error', error => said.push(error));
    const { messageCount, consumerCount } = await channel.checkQueue(queue);
    if (messageCount > 0 || consumerCount > 0) return 'alive';
    const message = await channel.get(queue, { noAck: false });
    if (message) channel.nack(message, false, true);
    await channel.close();
    return 'alive';
  } catch (error) {
    return healthBy(messageOf(said[0] ?? error));
  }
};

const healthBy = (answer: string): QueueHealth => {
  if (/\bnoproc\b/.test(answer)) return 'dead';
  if (/NOT[_-]FOUND/.test(answer)) return 'missing';
  // One consumer at a time may take from a host's queue: who is told so spoke to its process.
  return /RESOURCE[_-]LOCKED/.test(answer) ? 'alive' : 'unknown';
};
