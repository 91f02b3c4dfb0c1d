import type { Envelope, Frame } from '#contracts';
import type { Random } from '#domain';
import { type BrokerLink, EXCHANGES } from '#messaging';

interface Waiting {
  readonly envelope: Envelope;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A frame holds this many events at most. */
const LIMIT = 100;
/** Outcomes that come within so long of each other travel together. */
const GATHER_MS = 4;

/** Sends events to the cell, those that come close together in one frame. */
export class EventSender {
  private readonly waiting = new Map<string, Waiting[]>();

  constructor(
    private readonly link: BrokerLink,
    private readonly random: Random,
  ) {}

  /** Resolves when the broker has confirmed. @throws CloudError `unavailable`. */
  send(routingKey: string, envelope: Envelope): Promise<void> {
    return new Promise((resolve, reject) => {
      const group = this.waiting.get(routingKey);
      if (group) group.push({ envelope, resolve, reject });
      else {
        this.waiting.set(routingKey, [{ envelope, resolve, reject }]);
        setTimeout(() => void this.flush(routingKey), GATHER_MS);
      }
    });
  }

  private async flush(routingKey: string): Promise<void> {
    const group = this.waiting.get(routingKey) ?? [];
    this.waiting.delete(routingKey);
    for (let at = 0; at < group.length; at += LIMIT) await this.publish(routingKey, group.slice(at, at + LIMIT));
  }

  private async publish(routingKey: string, group: readonly Waiting[]): Promise<void> {
    const frame: Frame = { id: this.random.uuid(), envelopes: group.map(one => one.envelope) };
    try {
      await this.link.publish(
        { exchange: EXCHANGES.services, routingKey },
        { id: frame.id, body: JSON.stringify(frame) },
        { persistent: true },
      );
      for (const one of group) one.resolve();
    } catch (error) {
      for (const one of group) one.reject(error);
    }
  }
}
