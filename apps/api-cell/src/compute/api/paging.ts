import { CloudError } from '#domain';
import type { Link, Links } from './links.js';
import { parameterOf, type Query } from './query.js';

/** No list is longer, whatever a client asks for. */
export const MAX_LIMIT = 1000;

export interface Page {
  readonly limit: number;
  readonly marker: string | undefined;
}

/** @throws CloudError `invalid` for a limit that is no count. */
export const pageOf = (query: Query): Page => {
  const text = parameterOf(query, 'limit');
  const limit = text === undefined || text === '' ? MAX_LIMIT : Number(text);
  if (!Number.isInteger(limit) || limit < 0) throw new CloudError('invalid', `limit param must be an integer and not negative: '${text}'`);
  const marker = parameterOf(query, 'marker');
  return { limit: Math.min(limit, MAX_LIMIT), marker: marker === '' ? undefined : marker };
};

/** The link to the next page, when this page is full; `lastId` is undefined for an empty page. */
export const nextLinks = (
  page: Page,
  length: number,
  links: Links,
  path: string,
  query: Query,
  lastId: string | undefined,
): Link[] | undefined => (page.limit > 0 && length >= page.limit && lastId !== undefined ? [links.next(path, query, lastId)] : undefined);

/** One page of a list that is held whole. @throws CloudError `invalid` when nothing has the marker's id. */
export const pageFrom = <T>(items: readonly T[], page: Page, idOf: (item: T) => string): T[] => {
  let start = 0;
  if (page.marker !== undefined) {
    start = items.findIndex(item => idOf(item) === page.marker) + 1;
    if (start === 0) throw new CloudError('invalid', `marker [${page.marker}] not found`);
  }
  return items.slice(start, start + page.limit);
};
