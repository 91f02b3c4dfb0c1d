import { type Clock, CloudError } from '#domain';
import { SystemClock } from './system-clock.js';

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly everyMs: number;
  /** Named in the error: 'the broker to answer'. */
  readonly what?: string;
  readonly clock?: Clock;
}

/**
 * Asks again and again until the condition gives something truthy, and returns that.
 * @throws CloudError `deadlineExceeded` when the time is up; the condition's own errors pass through.
 */
export const waitUntil = async <T>(condition: () => T | Promise<T>, options: WaitOptions): Promise<NonNullable<T>> => {
  const { timeoutMs, everyMs, what = 'a condition', clock = new SystemClock() } = options;
  const deadline = clock.now() + timeoutMs;
  for (;;) {
    const found = await condition();
    if (found) return found;
    const left = deadline - clock.now();
    if (left <= 0) throw new CloudError('deadlineExceeded', `waited ${timeoutMs} ms in vain for ${what}`);
    await clock.sleep(Math.min(everyMs, left));
  }
};
