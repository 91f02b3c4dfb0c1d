import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '#domain';

/** The machine's own time. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  async sleep(milliseconds: number): Promise<void> {
    await delay(Math.max(0, milliseconds));
  }
}
