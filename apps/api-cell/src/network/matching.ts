import { z } from 'zod';
import { parse } from '../http/index.js';

const Query = z.record(z.string(), z.union([z.string(), z.array(z.string())]));
/** How an answer is cut and shown, not what is in it. */
const NO_FILTERS = new Set(['fields', 'limit', 'marker', 'page_reverse', 'sort_key', 'sort_dir']);

/**
 * Those items whose fields are as the query says: several values of a field mean any of them, as in Neutron, and a filter by a field
 * that the items do not have finds none.
 * @throws CloudError `invalid`
 */
export const matching = <T extends object>(items: readonly T[], query: unknown): readonly T[] => {
  const filters = Object.entries(parse(Query, query, 'query')).filter(([name]) => !NO_FILTERS.has(name));
  return items.filter(item =>
    filters.every(([name, wanted]) => {
      const value = Object.entries(item).find(([key]) => key === name)?.[1];
      return [wanted].flat().some(text => textOf(value) === text.toLowerCase());
    }),
  );
};

const textOf = (value: unknown): string | undefined =>
  value === undefined || value === null || typeof value === 'object' ? undefined : String(value).toLowerCase();
