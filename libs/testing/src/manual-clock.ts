import type { Clock } from '#domain';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still until the test moves it. */
export class ManualClock implements Clock {
  private sleepers: Sleeper[] = [];

  /** @param current ms since 1970 */
  constructor(private current = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.current;
  }

  sleep(milliseconds: number): Promise<void> {
    if (milliseconds <= 0) return Promise.resolve();
    return new Promise(wake => this.sleepers.push({ until: this.current + milliseconds, wake }));
  }

  /** How many wait for the time to pass. */
  get sleeping(): number {
    return this.sleepers.length;
  }

  /** Moves the time, waking each sleeper at its own moment, in order; what a woken one does at once is done before the next. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.current + milliseconds;
    for (;;) {
      await settle();
      const next = this.sleepers.filter(sleeper => sleeper.until <= end).sort((a, b) => a.until - b.until)[0];
      if (!next) break;
      this.current = next.until;
      this.sleepers = this.sleepers.filter(sleeper => sleeper !== next);
      next.wake();
    }
    this.current = end;
  }
}

/** Lets promises that are resolved already run their continuations. */
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
