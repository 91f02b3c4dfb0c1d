import type { AmqpConnection } from '@golevelup/nestjs-rabbitmq';
import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import { CloudError, type Logger, messageOf } from '#domain';
import type { Route } from './names.js';
import { SideChannels } from './side-channels.js';

export type Setup = (channel: ConfirmChannel) => Promise<unknown>;

/** Like Setup; `renew` has another channel take the place of this one. */
type ChannelSetup = (channel: ConfirmChannel, renew: (reason: string) => void) => Promise<unknown>;
type Wrapper = ReturnType<AmqpConnection['managedConnection']['createChannel']>;

export interface PublishOptions {
  /** Written to disk by the broker before it confirms. */
  readonly persistent: boolean;
  /** Dropped by the broker when nobody took it for so long. */
  readonly expirationMs?: number;
}

export interface Consuming {
  readonly queue: string;
  /** Messages in hand at most. */
  readonly prefetch: number;
  /** Runs first on the channel. */
  readonly declare?: Setup;
  /** Messages come with the channel on which they are to be acknowledged. */
  readonly take: (message: ConsumeMessage, channel: ConfirmChannel) => void;
  /** What came over this channel is delivered again. */
  readonly lost?: (channel: ConfirmChannel) => void;
}

/** A confirm that does not come in so long will not come: the connection is dead and does not know it yet. */
const CONFIRM_TIMEOUT_MS = 15_000;

const RETRY_MS = 1000;

/** So often it is looked whether the broker still knows this process as a consumer, of so many queues. */
const WATCH_MS = 10_000;
const WATCHED_TOGETHER = 20;

/** A broker that lacks room tells only those who send it something. */
const ASK_MS = 5_000;
const NOBODY = 'canopy.nobody';

/**
 * One connection to one broker, which comes back by itself. Publishing resolves when the broker has confirmed, and fails at once
 * while there is no connection: the outbox keeps what must not be lost, so nothing is buffered here.
 */
export class BrokerLink {
  /** For what is done beside sending and taking. */
  readonly aside: SideChannels;
  private channel: ConfirmChannel | undefined;
  /** The broker lacks disk or memory: it delivers, and takes nothing from anybody. */
  private blocked = false;
  private readonly returned = new Set<string>();
  private readonly channels = new Set<Wrapper>();
  private readonly connectionListeners: ((connected: boolean) => void)[] = [];
  private readonly hearingListeners: ((hears: boolean) => void)[] = [];
  private readonly troubleListeners: ((queue: string) => void)[] = [];
  /** By queue: what has another channel take from it. */
  private readonly consuming = new Map<string, (reason: string) => void>();
  private readonly watch: NodeJS.Timeout;
  private asking: NodeJS.Timeout | undefined;
  /** Where the next look begins. */
  private watched = 0;
  private closed = false;
  private declare: Setup = async () => undefined;

  constructor(
    private readonly connection: AmqpConnection,
    private readonly log: Logger,
  ) {
    this.aside = new SideChannels(connection);
    this.watch = setInterval(() => void this.renewForgotten().catch(() => undefined), WATCH_MS).unref();
    connection.managedConnection.on('blocked', ({ reason }: { reason: string }) => this.nowBlocked(true, reason));
    connection.managedConnection.on('unblocked', () => this.nowBlocked(false));
  }

  get connected(): boolean {
    return this.channel !== undefined;
  }

  /** It is there, and takes messages. */
  get hears(): boolean {
    return this.connected && !this.blocked;
  }

  /**
   * Opens the publishing channel. `declare` runs first on every channel, now and after each reconnection: a consumer of a queue that
   * does not exist would lose the whole connection. Returns at once: the broker may be away.
   */
  open(declare: Setup): void {
    this.declare = declare;
    this.addChannel(async channel => {
      channel.on('return', message => this.returned.add(String(message.properties.messageId)));
      channel.once('close', () => {
        if (this.channel === channel) this.nowConnected(undefined);
      });
      this.nowConnected(channel);
    });
  }

  /** Calls the listener whenever the connection comes or goes. */
  onConnection(listener: (connected: boolean) => void): void {
    this.connectionListeners.push(listener);
  }

  /**
   * Calls the listener whenever what others send over this broker begins or ceases to come: while it is away, or lacks the room to take
   * anything, nobody's silence means anything. Only for an account that may send to any queue.
   */
  onHearing(listener: (hears: boolean) => void): void {
    this.hearingListeners.push(listener);
    this.asking ??= setInterval(() => this.ask(), ASK_MS).unref();
  }

  private ask(): void {
    try {
      this.channel?.publish('', NOBODY, Buffer.alloc(0));
    } catch {
      // A channel that is closing tells so by itself.
    }
  }

  /** Calls the listener with each queue that cannot be read, or takes no messages, though its broker is there. */
  onTrouble(listener: (queue: string) => void): void {
    this.troubleListeners.push(listener);
  }

  private inTrouble(queue: string): void {
    for (const listener of this.troubleListeners) listener(queue);
  }

  private nowConnected(channel: ConfirmChannel | undefined): void {
    this.channel = channel;
    this.blocked = false;
    for (const listener of this.connectionListeners) listener(channel !== undefined);
    this.tellHearing();
  }

  private nowBlocked(blocked: boolean, reason = ''): void {
    if (blocked) this.log.error('the broker takes no messages', { reason });
    else this.log.info('the broker takes messages again');
    this.blocked = blocked;
    this.tellHearing();
  }

  private tellHearing(): void {
    for (const listener of this.hearingListeners) listener(this.hears);
  }

  /** @throws CloudError `unavailable` when the broker is away, refuses, or has no queue for it. */
  async publish(route: Route, message: { id: string; body: string }, options: PublishOptions): Promise<void> {
    const channel = this.channel;
    if (!channel) throw new CloudError('unavailable', 'the broker is not connected');
    if (this.blocked) throw new CloudError('unavailable', 'the broker takes no messages: it lacks disk or memory');
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new CloudError('unavailable', 'the broker did not confirm in time')), CONFIRM_TIMEOUT_MS);
      const settled = (error: unknown): void => {
        clearTimeout(timer);
        if (error) {
          if (route.exchange === '' && messageOf(error) === NACKED) this.inTrouble(route.routingKey);
          reject(new CloudError('unavailable', `the broker refused: ${messageOf(error)}`, { cause: error }));
        } else if (this.returned.delete(message.id)) reject(new CloudError('unavailable', `no queue for ${route.routingKey}`));
        else resolve();
      };
      const properties = {
        messageId: message.id,
        persistent: options.persistent,
        mandatory: true,
        contentType: 'application/json',
        ...(options.expirationMs === undefined ? {} : { expiration: Math.max(1, Math.ceil(options.expirationMs)) }),
      };
      try {
        channel.publish(route.exchange, route.routingKey, Buffer.from(message.body), properties, settled);
      } catch (error) {
        settled(error);
      }
    });
  }

  /** Takes from a queue on a channel of its own, now and after each reconnection, and again when the queue was made anew. */
  consume({ queue, prefetch, declare, take, lost }: Consuming): void {
    this.addChannel(async (channel, renew) => {
      await declare?.(channel);
      channel.once('close', () => {
        if (this.consuming.get(queue) === renew) this.consuming.delete(queue);
        lost?.(channel);
      });
      await channel.prefetch(prefetch);
      try {
        await channel.consume(queue, message => (message ? take(message, channel) : renew('its queue was deleted')));
      } catch (error) {
        this.inTrouble(queue);
        throw error;
      }
      this.consuming.set(queue, renew);
    });
  }

  /** A queue that was lost and made anew knows nothing of those who took from it before, and does not tell them. */
  private async renewForgotten(): Promise<void> {
    if (!this.connected || this.consuming.size === 0) return;
    const from = this.watched % this.consuming.size;
    this.watched = from + WATCHED_TOGETHER;
    for (const { name, consumers } of await this.aside.depthsOf([...this.consuming.keys()].slice(from, this.watched)))
      if (consumers === 0) this.consuming.get(name)?.('its queue forgot it');
  }

  /** A channel of its own; `setup` runs on it now and after each reconnection, and again while it fails. */
  addChannel(setup: ChannelSetup): void {
    const declared: Setup = async channel => {
      await this.declare(channel);
      await setup(channel, reason => wrapper.emit('error', new Error(reason)));
    };
    const wrapper = this.connection.managedConnection.createChannel({ confirm: true, json: false, setup: declared });
    this.channels.add(wrapper);
    // A channel that fails stays closed until the connection is lost too: so a new one takes its place.
    wrapper.once('error', (error: unknown) => {
      this.log.warn('broker channel failed', { reason: messageOf(error), retrySeconds: RETRY_MS / 1000 });
      wrapper.on('error', () => undefined);
      this.channels.delete(wrapper);
      setTimeout(() => {
        void wrapper.close().catch(() => undefined);
        if (!this.closed) this.addChannel(setup);
      }, RETRY_MS).unref();
    });
  }

  /** Stops consuming and publishing; what is not acknowledged is delivered again, to another process or later. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.watch);
    clearInterval(this.asking);
    for (const channel of [...this.channels].reverse()) await channel.close().catch(() => undefined);
  }
}

/** What amqplib calls a message that the broker does not take. */
const NACKED = 'message nacked';

export type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage };
