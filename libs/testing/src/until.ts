import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits for a condition, never for a time: looks until it gives something other than undefined, null or false.
 * An error that it throws counts as "not yet" and is the cause of the one thrown at the end.
 * @throws Error when `timeoutMs` are over.
 */
export const until = async <T>(
  condition: () => Promise<T> | T,
  options: { readonly timeoutMs: number; readonly everyMs?: number; readonly what?: string },
): Promise<NonNullable<Exclude<T, false>>> => {
  const end = performance.now() + options.timeoutMs;
  for (;;) {
    const found = await attempt(condition);
    if ('value' in found && isThere(found.value)) return found.value;
    if (performance.now() > end)
      throw new Error(`${options.what ?? 'the condition'} was not met in ${options.timeoutMs} ms`, {
        cause: 'error' in found ? found.error : undefined,
      });
    await sleep(options.everyMs ?? 20);
  }
};

const isThere = <T>(value: T): value is NonNullable<Exclude<T, false>> => value !== undefined && value !== null && value !== false;

const attempt = async <T>(condition: () => Promise<T> | T): Promise<{ value: T } | { error: unknown }> => {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
};
