import { hostPlaceKey } from '#cell';
import type { BuildSpec } from '#contracts';
import type { Sql } from '../api/index.js';

export type HintedPlaces = Pick<BuildSpec, 'sameHost' | 'differentHost'>;

/**
 * The hosts of the servers that the hints `same_host` and `different_host` name. As in Nova, a server that is on no host (any more) is on
 * none that could be avoided, and nothing can be beside it.
 */
export const hintedPlaces = async (sql: Sql, hints: Readonly<Record<string, unknown>>): Promise<HintedPlaces> => {
  const [same, different] = [uuidsOf(hints.same_host), uuidsOf(hints.different_host)];
  if (same.length + different.length === 0) return {};
  const rows = await sql.rows(
    'SELECT uuid, cell_path, host FROM instances WHERE uuid IN (?) AND deleted_at IS NULL AND cell_path IS NOT NULL AND host IS NOT NULL',
    [[...same, ...different]],
  );
  const places = new Map(
    rows.map(([uuid, cellPath, host]) => [String(uuid), hostPlaceKey({ cellPath: String(cellPath), host: String(host) })]),
  );
  const of = (uuids: readonly string[]) => [...new Set(uuids.flatMap(uuid => places.get(uuid) ?? []))];
  return { ...(same.length > 0 && { sameHost: of(same) }), ...(different.length > 0 && { differentHost: of(different) }) };
};

/** One, or several. */
const uuidsOf = (hint: unknown): string[] => [hint].flat().filter(uuid => typeof uuid === 'string');
