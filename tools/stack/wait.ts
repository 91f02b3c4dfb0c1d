import { setTimeout as sleep } from 'node:timers/promises';
import { CloudError } from '#domain';

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly everyMs?: number;
  /** Asked before each look: throws when waiting has become pointless, for instance because the process has died. */
  readonly unless?: () => void;
}

/**
 * Looks until `look` gives something other than undefined or false.
 * @throws CloudError `deadlineExceeded` naming what was waited for.
 */
export const waitFor = async <T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  options: WaitOptions,
): Promise<T> => {
  const end = performance.now() + options.timeoutMs;
  for (;;) {
    options.unless?.();
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new CloudError('deadlineExceeded', `${what} took more than ${options.timeoutMs / 1000} s`);
    await sleep(options.everyMs ?? 50);
  }
};
