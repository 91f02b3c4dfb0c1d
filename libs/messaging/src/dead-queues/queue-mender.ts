import { type Clock, type Logger, messageOf } from '#domain';
import type { BrokerLink, Channel, ChannelModel } from '../broker-link.js';
import { examineQueue, type QueueHealth } from './examine-queue.js';

/*
 * A RabbitMQ that had no byte left may write the log of a quorum queue with a gap, and does not open that queue again after its restart:
 * whoever sends to it is refused, whoever reads it loses the connection, again and again. No restart helps; deleting it does.
 *
 * What was in it is lost with it, and cannot be had back. Its senders were told that it is safe, so nothing sends it again by itself:
 * - what cells tell each other is found by their comparison, and told or ordered again within minutes;
 * - what a host was ordered, or answered, ends with the time limit of the workflow that waits for it.
 *
 * So it is done late rather than early: when the queue has been dead for a while during which the broker answered, without a restart in
 * between that might have brought it back; by those who declare the queue; by one of them at a time; and it is told as an error.
 */

export interface QueueMenderOptions {
  /** Declares the queue, and what it is bound to. */
  readonly declare: (channel: Channel, queue: string) => Promise<void>;
  /** Called when a queue was made anew. */
  readonly mended?: (queue: string) => void;
  /** How long a queue must have been dead. */
  readonly deadForMs?: number;
}

const DEAD_FOR_MS = 30_000;
const LOOK_EVERY_MS = 2000;
/** What was found well is not looked at again for so long. */
const WELL_FOR_MS = 30_000;

/** Looks after the queues of one broker that this process declares: those that are dead for good are made anew. */
export class QueueMender {
  /** Since when each is known to be dead, in ms since 1970; undefined: it is not known to be. */
  private readonly suspects = new Map<string, number | undefined>();
  private readonly well = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  constructor(
    private readonly link: BrokerLink,
    private readonly options: QueueMenderOptions,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.link.onTrouble(queue => this.suspect(queue));
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.suspects.clear();
  }

  /** Something speaks against the queue: it is looked at soon. */
  suspect(queue: string): void {
    if (this.suspects.has(queue) || this.clock.now() - (this.well.get(queue) ?? 0) < WELL_FOR_MS) return;
    this.well.delete(queue);
    this.suspects.set(queue, undefined);
  }

  private async look(): Promise<void> {
    if (this.looking || this.suspects.size === 0) return;
    this.looking = true;
    try {
      const queues = [...this.suspects.keys()];
      while (queues.length) await this.link.aside.apart(connection => this.lookAtSome(connection, queues));
    } catch (error) {
      // A broker that is away may come back with all its queues: their time begins anew.
      for (const queue of this.suspects.keys()) this.suspects.set(queue, undefined);
      this.log.debug('queues are not looked at', { reason: messageOf(error) });
    } finally {
      this.looking = false;
    }
  }

  /** A dead one costs the connection: the rest is left to the next. */
  private async lookAtSome(connection: ChannelModel, queues: string[]): Promise<void> {
    for (let queue = queues.shift(); queue !== undefined; queue = queues.shift())
      if ((await this.lookAt(connection, queue)) === 'dead') return;
  }

  private async lookAt(connection: ChannelModel, queue: string): Promise<QueueHealth> {
    const health = await examineQueue(connection, queue);
    const now = this.clock.now();
    const since = this.suspects.get(queue);
    if (health === 'alive' || health === 'missing') {
      this.suspects.delete(queue);
      this.well.set(queue, now);
    } else if (health === 'unknown') this.suspects.set(queue, undefined);
    else if (since === undefined) {
      this.suspects.set(queue, now);
      this.log.warn('queue is dead', { queue, madeAnewAfterSeconds: this.deadForMs / 1000 });
    } else if (now - since >= this.deadForMs) await this.mend(queue);
    return health;
  }

  private get deadForMs(): number {
    return this.options.deadForMs ?? DEAD_FOR_MS;
  }

  private async mend(queue: string): Promise<void> {
    try {
      if (await this.link.aside.apart(connection => this.makeAnew(connection, queue))) {
        this.log.error('queue made anew: what was in it is lost', { queue });
        this.options.mended?.(queue);
      }
      this.suspects.delete(queue);
    } catch (error) {
      this.suspects.set(queue, this.clock.now());
      this.log.error('queue cannot be made anew', { queue, reason: messageOf(error), triedAgainAfterSeconds: this.deadForMs / 1000 });
    }
  }

  /** @returns false when somebody else has done it. */
  private async makeAnew(connection: ChannelModel, queue: string): Promise<boolean> {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    // Several processes may come to it at once. Nobody else can declare this one while the connection lives, nor delete what is new.
    await channel.assertQueue(`${queue}.mending`, { exclusive: true, autoDelete: true, durable: false });
    if ((await this.link.aside.apart(other => examineQueue(other, queue))) !== 'dead') return false;
    await channel.deleteQueue(queue);
    await this.options.declare(channel, queue);
    return true;
  }
}
