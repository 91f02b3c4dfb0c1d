import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CloudError, messageOf } from '#domain';
import { erlCall, rabbitmqEnvironment } from '../../tools/stack/servers/rabbitmq.js';
import type { Stack } from '../../tools/stack/stack.js';

const run = promisify(execFile);
const SECONDS = 20;

/** Messages that all brokers of the tree have received so far. One that passes through several brokers counts in each. */
export const messagesOf = async (stack: Stack): Promise<number> => {
  const counts = await Promise.all(stack.plan.brokerServers.map(server => receivedBy(stack, server)));
  return counts.reduce((sum, count) => sum + count, 0);
};

type BrokerServer = Stack['plan']['brokerServers'][number];

/** From RabbitMQ's own global counters, which need no plugin and cost nothing. */
const receivedBy = async (stack: Stack, server: BrokerServer): Promise<number> => {
  const args = [
    '-c',
    server.cookie,
    '-address',
    `127.0.0.1:${server.distributionPort}`,
    '-timeout',
    String(SECONDS),
    '-a',
    'rabbit_global_counters overview []',
  ];
  try {
    // It knows no other epmd than the default one, so it is told the node's port instead of its name.
    const { stdout } = await run(erlCall(), args, {
      env: rabbitmqEnvironment(stack.layout.server(server.name), server, 0),
      timeout: SECONDS * 1000,
    });
    return [...stdout.matchAll(/messages_received_total\s*=>\s*(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  } catch (error) {
    throw new CloudError('unavailable', `${server.name} does not tell its counters: ${messageOf(error)}`, { cause: error });
  }
};
