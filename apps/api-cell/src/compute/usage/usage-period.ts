import { type Clock, CloudError } from '#domain';
import { parameterOf, parseTime, type Query } from '../api/index.js';

/** What usage is asked for, both ends in ms since 1970. */
export interface UsagePeriod {
  readonly start: number;
  readonly stop: number;
}

/** An end that is not named is this moment. @throws CloudError `invalid` for what is no time, or a period that ends before it begins. */
export const usagePeriodOf = (query: Query, clock: Clock): UsagePeriod => {
  const now = clock.now();
  const [start, stop] = [timeOf(parameterOf(query, 'start')), timeOf(parameterOf(query, 'end'))];
  if ((start ?? now) >= (stop ?? now) && (start !== undefined || stop !== undefined))
    throw new CloudError('invalid', 'Invalid start time. The start time cannot occur after the end time.');
  return { start: start ?? now, stop: stop ?? now };
};

const timeOf = (text: string | undefined): number | undefined => {
  if (text === undefined || text === '') return undefined;
  const time = parseTime(text);
  if (time === undefined) throw new CloudError('invalid', 'Invalid datetime string: Datetime is in invalid format');
  return time;
};
