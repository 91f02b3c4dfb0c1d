import { Frame } from '#contracts';
import { type Clock, type Logger, messageOf } from '#domain';
import type { BrokerLink, ConfirmChannel, ConsumeMessage } from './broker-link.js';

export interface WorkOptions {
  readonly queue: string;
  readonly declare: (channel: ConfirmChannel) => Promise<void>;
  /** Frames in hand at the same time at most. */
  readonly prefetch: number;
  /** Acknowledged when it returns: what it caused must be safe by then. When it throws, the frame is delivered again. */
  readonly handle: (frame: Frame) => Promise<void>;
}

const PAUSE_MS = 1000;

/** Takes work that is done side by side and may last long, each frame acknowledged by itself. */
export class WorkConsumer {
  private inHand = 0;
  private closed = false;

  constructor(
    private readonly options: WorkOptions,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  start(link: BrokerLink): void {
    const { queue, declare, prefetch } = this.options;
    link.consume({ queue, declare, prefetch, take: (message, channel) => void this.take(channel, message) });
  }

  private async take(channel: ConfirmChannel, message: ConsumeMessage): Promise<void> {
    if (this.closed) return;
    this.inHand += 1;
    try {
      const settled = await this.work(message);
      settle(channel, message, settled);
    } catch (error) {
      // The channel is gone: the broker delivers it again, and the work finds itself done.
      this.log.debug('acknowledgement came too late', { queue: this.options.queue, reason: messageOf(error) });
    } finally {
      this.inHand -= 1;
    }
  }

  private async work(message: ConsumeMessage): Promise<'done' | 'again'> {
    let frame: Frame;
    try {
      frame = Frame.parse(JSON.parse(message.content.toString()));
    } catch (error) {
      this.log.error('message dropped: it is no frame', {
        queue: this.options.queue,
        reason: messageOf(error),
        body: message.content.toString().slice(0, 1000),
      });
      return 'done';
    }
    try {
      await this.options.handle(frame);
      return 'done';
    } catch (error) {
      this.log.warn('work is given back', { queue: this.options.queue, frame: frame.id, reason: messageOf(error) });
      await this.clock.sleep(PAUSE_MS);
      return 'again';
    }
  }

  /** Takes nothing new, and waits for what is in hand for `limitMs` at most; the rest is delivered again. */
  async stop(limitMs: number): Promise<void> {
    this.closed = true;
    for (let waited = 0; this.inHand > 0 && waited < limitMs; waited += 20) await this.clock.sleep(20);
  }
}

const settle = (channel: ConfirmChannel, message: ConsumeMessage, settled: 'done' | 'again'): void => {
  if (settled === 'done') channel.ack(message);
  else channel.nack(message, false, true);
};
