import type { z } from 'zod';
import type { ApiVersion } from './api-version.js';
import { type Microversion, minorOf } from './microversions.js';

/** What one version did to the schema above it. */
export type Step<S extends z.ZodType> = readonly [since: Microversion, change: (previous: S) => S];

/** The schema of a request at a version; the same object each time. */
export type RequestSchema<T> = (version: ApiVersion) => z.ZodType<T>;

/**
 * A request and its whole history: each row is the change that one version made to the row above it. `T` is the newest shape, the
 * only one that logic sees: what older versions lack must be optional in it.
 * @throws Error at load when the rows are not in order of version.
 */
export const requestSchema = <T>(base: AnyObject, ...steps: readonly Step<AnyObject>[]): RequestSchema<T> => {
  steps.forEach(([since], index) => {
    const before = steps[index - 1];
    if (before && minorOf(before[0]) >= minorOf(since)) throw new Error(`step ${since} stands after ${before[0]}`);
  });
  const cumulative: { since: number; schema: AnyObject }[] = [{ since: 1, schema: base }];
  for (const [since, change] of steps) cumulative.push({ since: minorOf(since), schema: change(cumulative.at(-1)!.schema) });
  return version => cumulative.findLast(step => step.since <= version.minor)!.schema as unknown as z.ZodType<T>;
};

export type AnyObject = z.ZodObject<z.ZodRawShape>;
