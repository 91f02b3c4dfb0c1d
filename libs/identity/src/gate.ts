import { CloudError } from '#domain';

/** Lets so many run at once and so many wait; refuses the rest. */
export class Gate {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limits: { readonly running: number; readonly waiting: number }) {}

  /** @throws CloudError `unavailable` when the queue is full. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.running < this.limits.running) this.running++;
    else await this.queue();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }

  /** Whoever leaves hands its place on, so `running` stays as it is. */
  private queue(): Promise<void> {
    if (this.waiting.length >= this.limits.waiting) {
      throw new CloudError('unavailable', 'Too many password checks are waiting; try again in a moment.');
    }
    return new Promise(resolve => this.waiting.push(resolve));
  }
}
