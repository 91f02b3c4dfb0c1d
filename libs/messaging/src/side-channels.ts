import type { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { CloudError } from '#domain';

export interface QueueDepth {
  readonly name: string;
  readonly messages: number;
  readonly consumers: number;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** What is done with a broker beside sending and taking, on channels of its own: the broker may answer it by closing them. */
export class SideChannels {
  constructor(private readonly connection: AmqpConnection) {}

  /**
   * What waits in these queues, and who takes from them; those that do not exist are left out.
   * @throws CloudError `unavailable` when the broker is away.
   */
  async depthsOf(queues: readonly string[]): Promise<QueueDepth[]> {
    const depths: QueueDepth[] = [];
    let channel = await this.open();
    for (const name of queues) {
      try {
        const { messageCount, consumerCount } = await channel.checkQueue(name);
        depths.push({ name, messages: messageCount, consumers: consumerCount });
      } catch {
        // The broker answers a question for a queue that it does not have by closing the channel.
        channel = await this.open();
      }
    }
    await channel.close().catch(() => undefined);
    return depths;
  }

  /**
   * Does something once: what the broker refuses closes this channel and no other.
   * @throws CloudError `unavailable` when the broker is away; what the broker says of what it refuses.
   */
  async once<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await this.open();
    try {
      return await work(channel);
    } finally {
      await channel.close().catch(() => undefined);
    }
  }

  /**
   * Does something on a connection of its own, for what the broker may answer by closing all of it.
   * @throws Error when the broker is away.
   */
  async apart<T>(work: (connection: ChannelModel) => Promise<T>): Promise<T> {
    const { uri: uris, connectionManagerOptions } = this.connection.configuration;
    const [uri] = [uris].flat();
    if (typeof uri !== 'string') throw new CloudError('internal', 'the address of a broker is a URL');
    const connection = await connect(uri, { ...connectionManagerOptions?.connectionOptions, timeout: CONNECT_TIMEOUT_MS });
    connection.on('error', () => undefined);
    try {
      return await work(connection);
    } finally {
      await connection.close().catch(() => undefined);
    }
  }

  private async open(): Promise<Channel> {
    const { managedConnection } = this.connection;
    const connection = managedConnection.isConnected() ? managedConnection.connection : undefined;
    if (!connection) throw new CloudError('unavailable', 'the broker is not connected');
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    return channel;
  }
}
