import { CloudError } from '#domain';
import { parameterOf, type Query } from './query.js';
import type { Call } from './route.js';
import { parseTime } from './times.js';

/** Both ends inclusive, in ms since 1970. */
export interface ChangePeriod {
  readonly since: number;
  readonly before: number;
}

/** What `changes-since` and, from 2.66, `changes-before` ask for; all time when they are not given. @throws CloudError `invalid` naming the parameter. */
export const changePeriodOf = ({ query, at }: Pick<Call, 'query' | 'at'>): ChangePeriod => {
  const since = timeOf(query, 'changes-since') ?? 0;
  const before = (at.allows('changes-before') ? timeOf(query, 'changes-before') : undefined) ?? Number.MAX_SAFE_INTEGER;
  if (since > before) throw new CloudError('invalid', 'The value of changes-since must be less than or equal to changes-before.');
  return { since, before };
};

const timeOf = (query: Query, name: string): number | undefined => {
  const value = parameterOf(query, name);
  if (value === undefined) return undefined;
  const time = parseTime(value);
  if (time === undefined)
    throw new CloudError('invalid', `Invalid input for query parameters ${name}. Value: ${value}. '${value}' is not a 'date-time'`);
  return time;
};
