import { CloudError } from '#domain';
import type { Dice } from './dice.js';
import type { Timeline } from './timeline.js';
import type { Sky } from './weather.js';

/** The connection of a child cell to its parent's broker, or of a host to its cell's. */
export class Link {
  up = true;
  private readonly listeners = new Set<() => void>();

  constructor(readonly name: string) {}

  set(up: boolean): void {
    if (this.up === up) return;
    this.up = up;
    for (const listener of [...this.listeners]) listener();
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

export interface ConsumerParts {
  /** Over which it reaches the broker; none: it is beside it. */
  readonly link?: Link;
  /** Messages handled together, at most. */
  readonly batch: number;
  /** Batches in hand at once. */
  readonly parallel: number;
  /** They are acknowledged when it resolves, and delivered again when it rejects. */
  readonly handle: (bodies: readonly string[]) => Promise<void>;
}

interface Delivery {
  readonly bodies: readonly string[];
}

class Queue {
  ready: string[] = [];
  readonly consumers: Consumer[] = [];

  /** What becomes of the messages of one queue changes no other's luck. */
  constructor(readonly dice: Dice) {}
}

/** Takes from one queue. What it has in hand when it dies or its link is cut is delivered again, to whoever takes from the queue then. */
class Consumer {
  private readonly inHand = new Set<Delivery>();
  private closed = false;
  private readonly forgetLink: (() => void) | undefined;

  constructor(
    private readonly queue: Queue,
    private readonly parts: ConsumerParts,
    private readonly sky: Sky,
  ) {
    this.forgetLink = parts.link?.onChange(() => (parts.link?.up ? this.pump() : this.giveBack()));
  }

  get unacknowledged(): number {
    return this.inHand.size;
  }

  pump(): void {
    while (!this.closed && this.parts.link?.up !== false && this.queue.ready.length && this.inHand.size < this.parts.parallel) {
      const delivery = { bodies: this.queue.ready.splice(0, this.queue.dice.whole(1, this.parts.batch)) };
      this.inHand.add(delivery);
      void this.parts.handle(delivery.bodies).then(
        () => this.acknowledge(delivery),
        () => this.refuse(delivery),
      );
    }
  }

  close(): void {
    this.closed = true;
    this.forgetLink?.();
    this.queue.consumers.splice(this.queue.consumers.indexOf(this), 1);
    this.giveBack();
  }

  private acknowledge(delivery: Delivery): void {
    if (!this.inHand.has(delivery)) return;
    if (this.queue.dice.chance(this.sky.weather.ackLost)) this.giveBack();
    else this.inHand.delete(delivery);
    this.pump();
  }

  private refuse(delivery: Delivery): void {
    if (!this.inHand.delete(delivery)) return;
    this.queue.ready.unshift(...delivery.bodies);
    for (const consumer of this.queue.consumers) consumer.pump();
  }

  /** The broker puts what was not acknowledged back where it was. */
  private giveBack(): void {
    this.queue.ready.unshift(...[...this.inHand].flatMap(delivery => delivery.bodies));
    this.inHand.clear();
    for (const consumer of this.queue.consumers) if (consumer !== this) consumer.pump();
  }
}

/** The brokers of all cells: durable queues of strings, delivered at least once. */
export class SimulatedBroker {
  private readonly queues = new Map<string, Queue>();
  private readonly lastArrival = new Map<string, number>();

  constructor(
    private readonly timeline: Timeline,
    private readonly diceOf: (name: string) => Dice,
    private readonly sky: Sky,
  ) {}

  /** Resolves when the broker has confirmed. @throws CloudError `unavailable` when it did not, though it may have the message. */
  async publish(sender: string, queueName: string, body: string, link?: Link): Promise<void> {
    const queue = this.queue(queueName);
    const { dice } = queue;
    const { weather } = this.sky;
    await this.timeline.sleep(this.latencyTo(sender, queueName, dice));
    if (link && !link.up) throw new CloudError('unavailable', `link ${link.name} is cut`);
    if (dice.chance(weather.publishLost)) throw new CloudError('unavailable', 'the message was lost');
    this.deliver(queueName, body);
    if (dice.chance(weather.confirmLost)) throw new CloudError('unavailable', 'the confirmation was lost');
    await this.timeline.sleep(dice.between(0, 3));
    if (link && !link.up) throw new CloudError('unavailable', `link ${link.name} was cut before the confirmation`);
  }

  /** Puts a message into a queue at once, whoever sent it. */
  deliver(queueName: string, body: string): void {
    const queue = this.queue(queueName);
    queue.ready.push(body);
    queue.dice.pick(queue.consumers)?.pump();
    for (const consumer of queue.consumers) consumer.pump();
  }

  consume(queueName: string, parts: ConsumerParts): { close(): void } {
    const queue = this.queue(queueName);
    const consumer = new Consumer(queue, parts, this.sky);
    queue.consumers.push(consumer);
    consumer.pump();
    return consumer;
  }

  /** Messages that wait, or are in somebody's hands. */
  waiting(): { queue: string; messages: number }[] {
    const counts = [...this.queues].map(([queue, { ready, consumers }]) => ({
      queue,
      messages: ready.length + consumers.reduce((sum, consumer) => sum + consumer.unacknowledged, 0),
    }));
    return counts.filter(count => count.messages > 0);
  }

  /** Milliseconds that a message takes now. */
  latency(dice: Dice): number {
    return dice.chance(this.sky.weather.slowMessage) ? dice.between(500, 8000) : dice.between(1, 30);
  }

  /** Unless messages may overtake each other, one arrives after those that its sender sent before it. */
  private latencyTo(sender: string, queue: string, dice: Dice): number {
    const now = this.timeline.now();
    const way = `${sender} ${queue}`;
    const arrival = now + this.latency(dice);
    const inOrder = this.sky.weather.reordered ? arrival : Math.max(arrival, this.lastArrival.get(way) ?? 0);
    this.lastArrival.set(way, inOrder);
    return inOrder - now;
  }

  private queue(name: string): Queue {
    const queue = this.queues.get(name) ?? new Queue(this.diceOf(`queue ${name}`));
    this.queues.set(name, queue);
    return queue;
  }
}
