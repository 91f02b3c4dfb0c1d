import { type Clock, CloudError, type Logger, messageOf } from '#domain';
import type { BrokerLink } from './broker-link.js';
import { downQueue, EXCHANGES, eventKey, hostKey, type Route, toQueue } from './names.js';

/** A frame as the outbox keeps it. */
export interface OutgoingFrame {
  readonly id: string;
  /** `parent`, `child/<name>` or `host/<name>`. */
  readonly destination: string;
  readonly body: string;
}

/** The part of the store that the relay needs. */
export interface Outbox {
  takeOutbox(limit: number): Promise<OutgoingFrame[]>;
  deleteOutbox(ids: readonly string[]): Promise<void>;
}

const MAX_IN_FLIGHT = 1000;
const DELETE_EVERY_MS = 50;
const POLL_LIMIT = 200;

/**
 * Publishes outbox rows and deletes them when they are confirmed. What a transaction of this process has just written goes out at
 * once; what stayed behind (the process died, the broker was away) is found by `poll`. A frame may go out twice: the inbox of the
 * receiver knows it again.
 */
export class OutboxRelay {
  /** Something that this process could not send waits in the outbox. */
  hasLeftovers = true;
  private inFlight = 0;
  private confirmed: string[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly outbox: Outbox,
    private readonly links: { readonly own: BrokerLink; readonly parent?: BrokerLink },
    private readonly cellName: string,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /** Tries each once; a failure leaves it to `poll`. */
  offer(frames: readonly OutgoingFrame[]): void {
    for (const frame of frames) {
      if (this.inFlight >= MAX_IN_FLIGHT) {
        this.hasLeftovers = true;
        return;
      }
      void this.send(frame).catch(error =>
        this.log.debug('frame stays in the outbox', { frame: frame.id, to: frame.destination, reason: messageOf(error) }),
      );
    }
  }

  /** Publishes what others left behind. Returns how many frames it sent. */
  async poll(): Promise<number> {
    const frames = await this.outbox.takeOutbox(POLL_LIMIT);
    this.hasLeftovers = frames.length === POLL_LIMIT;
    const results = await Promise.allSettled(frames.map(frame => this.send(frame)));
    const failed = results.filter(result => result.status === 'rejected');
    if (failed.length) this.log.warn('frames wait in the outbox', { frames: failed.length, reason: messageOf(failed[0]?.reason) });
    return results.length - failed.length;
  }

  private async send(frame: OutgoingFrame): Promise<void> {
    const { link, route } = this.routeOf(frame.destination);
    this.inFlight += 1;
    try {
      await link.publish(route, frame, { persistent: true });
    } catch (error) {
      this.hasLeftovers = true;
      throw error;
    } finally {
      this.inFlight -= 1;
    }
    this.confirmed.push(frame.id);
    this.timer ??= setTimeout(() => void this.deleteConfirmed(), DELETE_EVERY_MS);
  }

  private async deleteConfirmed(): Promise<void> {
    this.timer = undefined;
    const ids = this.confirmed;
    this.confirmed = [];
    try {
      await this.outbox.deleteOutbox(ids);
    } catch (error) {
      // They go out again when their lease ends, and are dropped by the inbox there.
      this.log.warn('sent frames stay in the outbox', { frames: ids.length, reason: messageOf(error) });
    }
  }

  /** @throws CloudError `internal` for a destination that this cell does not have. */
  private routeOf(destination: string): { link: BrokerLink; route: Route } {
    const [to, name = ''] = destination.split('/');
    if (to === 'parent' && this.links.parent)
      return { link: this.links.parent, route: { exchange: EXCHANGES.up, routingKey: eventKey(this.cellName) } };
    if (to === 'child') return { link: this.links.own, route: toQueue(downQueue(name)) };
    if (to === 'host') return { link: this.links.own, route: { exchange: EXCHANGES.compute, routingKey: hostKey(name) } };
    throw new CloudError('internal', `there is no destination '${destination}'`);
  }

  /** Waits for what is on its way, a second at most. */
  async stop(): Promise<void> {
    for (let waited = 0; this.inFlight > 0 && waited < 1000; waited += 20) await this.clock.sleep(20);
    clearTimeout(this.timer);
    if (this.confirmed.length) await this.deleteConfirmed();
  }
}
