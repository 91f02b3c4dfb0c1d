import { Frame } from '#contracts';
import { type Clock, gatheringPause, type Logger, messageOf } from '#domain';
import type { BrokerLink, ConfirmChannel, ConsumeMessage } from './broker-link.js';

export interface ConsumerOptions {
  readonly queue: string;
  /** Handles frames that came close together. They are acknowledged when it returns; when it throws they are tried again. */
  readonly handle: (frames: Frame[]) => Promise<void>;
  /** A message that is no frame: it is kept here and acknowledged, for it would never become one. */
  readonly malformed: (body: string, reason: string) => Promise<void>;
  /** Messages handled together at most. */
  readonly batch?: number;
  /** How long it waits for more after a batch, in ms: for what is worth as much a moment later, and costs less together. */
  readonly restMs?: number;
}

const DEFAULT_BATCH = 64;
const MAX_PAUSE_MS = 10_000;

/**
 * Takes what has arrived while the last batch was being handled: alone when there is little, many together when there is much, with
 * no waiting for a batch to fill. The first after a rest is never delayed.
 */
export class BatchConsumer {
  private waiting: { channel: ConfirmChannel; message: ConsumeMessage }[] = [];
  private running = false;
  private closed = false;

  constructor(
    private readonly options: ConsumerOptions,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  start(link: BrokerLink): void {
    const batch = this.options.batch ?? DEFAULT_BATCH;
    link.consume({
      queue: this.options.queue,
      prefetch: batch * 2,
      take: (message, channel) => {
        this.waiting.push({ channel, message });
        void this.pump();
      },
      lost: channel => {
        this.waiting = this.waiting.filter(entry => entry.channel !== channel);
      },
    });
  }

  /** Finishes the batch in hand and takes no other. */
  async stop(): Promise<void> {
    this.closed = true;
    this.waiting = [];
    while (this.running) await this.clock.sleep(10);
  }

  private async pump(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      while (this.waiting.length && !this.closed) {
        const began = this.clock.now();
        const size = await this.handleNext();
        const pause = Math.max(this.options.restMs ?? 0, gatheringPause(size, this.clock.now() - began));
        if (pause > 0 && this.waiting.length < (this.options.batch ?? DEFAULT_BATCH)) await this.clock.sleep(pause);
      }
    } finally {
      this.running = false;
    }
  }

  /** @returns how many messages it took. */
  private async handleNext(): Promise<number> {
    const channel = this.waiting[0]!.channel;
    let size = 0;
    const limit = this.options.batch ?? DEFAULT_BATCH;
    while (size < limit && this.waiting[size]?.channel === channel) size += 1;
    const messages = this.waiting.splice(0, size).map(entry => entry.message);
    await this.untilHandled(messages);
    try {
      channel.ack(messages.at(-1)!, true);
    } catch (error) {
      // The channel is gone: the broker delivers them again, and the inbox drops them.
      this.log.debug('acknowledgement came too late', { queue: this.options.queue, reason: messageOf(error) });
    }
    return size;
  }

  private async untilHandled(messages: readonly ConsumeMessage[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const frames = await this.parse(messages);
        if (frames.length) await this.options.handle(frames);
        return;
      } catch (error) {
        const pause = Math.min(MAX_PAUSE_MS, 100 * 2 ** attempt);
        this.log.warn('messages are held back', {
          queue: this.options.queue,
          messages: messages.length,
          attempt,
          pauseMs: pause,
          reason: messageOf(error),
        });
        if (this.closed) throw error;
        await this.clock.sleep(pause);
      }
    }
  }

  private async parse(messages: readonly ConsumeMessage[]): Promise<Frame[]> {
    const frames: Frame[] = [];
    for (const message of messages) {
      const body = message.content.toString();
      try {
        frames.push(Frame.parse(JSON.parse(body)));
      } catch (error) {
        await this.options.malformed(body, messageOf(error));
      }
    }
    return frames;
  }
}
