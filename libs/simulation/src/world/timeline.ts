import type { Clock } from '#domain';

interface Entry {
  readonly time: number;
  readonly run: () => void;
}

/** Simulated time: it stands still while anything is done, and then leaps to what comes next. */
export class Timeline implements Clock {
  /** The latest first, so that the next is popped; of those at one time, the one that was put in first comes first. */
  private readonly entries: Entry[] = [];

  /** @param current ms since 1970 */
  constructor(private current = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.current;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise(resolve => this.after(milliseconds, resolve));
  }

  after(milliseconds: number, run: () => void): void {
    const time = this.current + Math.max(0, Math.round(milliseconds));
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle]!.time > time) low = middle + 1;
      else high = middle;
    }
    this.entries.splice(low, 0, { time, run });
  }

  /** Lets all happen that is due in this time, one after the other, each to the point where it waits again. */
  async runFor(milliseconds: number): Promise<void> {
    const end = this.current + milliseconds;
    for (let next = this.entries.at(-1); next && next.time <= end; next = this.entries.at(-1)) {
      this.entries.pop();
      this.current = next.time;
      next.run();
      await settled();
    }
    this.current = end;
  }
}

/** When all promises that are resolved have run their continuations. */
const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
