import { z } from 'zod';
import { CloudError } from '#domain';
import type { ApiVersion, Microversion } from '#microversion';
import { wording } from './validation.js';

/** A query as it came; repeated parameters are arrays. */
export type Query = Readonly<Record<string, string | readonly string[]>>;

export interface Parameter {
  readonly since?: Microversion;
  readonly check: z.ZodType;
}

/** The parameters that a route knows. From 2.75 others are refused, before it they are ignored. */
export type Parameters = Readonly<Record<string, Parameter>>;

const anyText = z.string();
const count = z.string().regex(/^[0-9]*$/);

export const text = (since?: Microversion): Parameter => ({ ...(since && { since }), check: anyText });
export const number = (since?: Microversion): Parameter => ({ ...(since && { since }), check: count });
export const checked = (check: z.ZodType, since?: Microversion): Parameter => ({ ...(since && { since }), check });

/** What every paged list takes. */
export const PAGING: Parameters = { limit: number(), marker: text() };

/** @throws CloudError `invalid` naming the parameter. */
export const checkQuery = (parameters: Parameters, query: Query, at: ApiVersion): void => {
  for (const name in query) {
    // By its own names only: `?constructor=` is a name of every object.
    const known = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (!known || (known.since !== undefined && !at.within(known.since))) {
      if (at.allows('strict-queries')) throw new CloudError('invalid', `Additional properties are not allowed ('${name}' was unexpected)`);
      continue;
    }
    for (const value of valuesOf(query, name)) {
      const result = known.check.safeParse(value);
      if (!result.success) throw new CloudError('invalid', wordingOf(name, value, result.error.issues[0]!));
    }
  }
};

export const valuesOf = (query: Query, name: string): readonly string[] => {
  const value = query[name];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
};

/** The last of the values, as Nova takes it. */
export const parameterOf = (query: Query, name: string): string | undefined => valuesOf(query, name).at(-1);

export const invalidParameter = (name: string, value: string, why: string): CloudError =>
  new CloudError('invalid', `Invalid input for query parameters ${name}. Value: ${value}. ${why}`);

const wordingOf = (name: string, value: string, issue: z.core.$ZodIssue): string =>
  wording({ ...issue, path: [name] }, { [name]: value }, 'Invalid input for query parameters');
