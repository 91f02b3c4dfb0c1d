import { z } from 'zod';
import { CloudError } from '#domain';
import type { AdminCall } from './admin-route.js';

/** What every list takes. */
export const PAGING = { limit: z.string().regex(/^[0-9]*$/), marker: z.string() };
const MAX_LIMIT = 1000;

/** One page of a list that is held whole. @throws CloudError `invalid` when nothing has the marker's id. */
export const pageOf = <T>(items: readonly T[], { limit, marker }: AdminCall['query'], idOf: (item: T) => string): T[] => {
  const start = marker ? items.findIndex(item => idOf(item) === marker) + 1 : 0;
  if (marker && start === 0) throw new CloudError('invalid', `marker [${marker}] not found`);
  return items.slice(start, start + Math.min(limit ? Number(limit) : MAX_LIMIT, MAX_LIMIT));
};
