import type { ComparedRow, Neighbour, OutboxDepth } from '#cell';
import type { RangeDigest } from '#contracts';
import type { TaskState } from '#domain';
import { type Sql, select } from './sql.js';

/*
 * What a cell compares with its neighbours. The digest is computed here, in the database, because 100,000 rows would be 8 MB to read;
 * it is the same as `rowDigest` of the engine, and the store contract holds both to it.
 */

const DIGEST = "CAST(CONV(LEFT(MD5(CONCAT_WS('|', uuid, epoch, generation, IFNULL(task_state, ''))), 16), 16, 10) AS UNSIGNED)";

/** `isHere` of the engine; with a child, those that point to it. */
const sharedWith = (neighbour: Neighbour): { condition: string; values: string[] } =>
  neighbour.to === 'child'
    ? { condition: 'next_hop = ? AND deleted_at IS NULL', values: [neighbour.name] }
    : {
        condition: "deleted_at IS NULL AND NOT (vm_state = 'error' AND next_hop IS NULL AND host IS NULL AND cell_path IS NULL)",
        values: [],
      };

/** A range is hex digits and dashes, so nothing in it is a wildcard. */
const within = (ranges: readonly string[]): { condition: string; values: string[] } =>
  ranges.includes('')
    ? { condition: 'TRUE', values: [] }
    : { condition: `(${ranges.map(() => 'uuid LIKE ?').join(' OR ')})`, values: ranges.map(range => `${range}%`) };

export const digestInstances = async (sql: Sql, neighbour: Neighbour, ranges: readonly string[]): Promise<RangeDigest[]> => {
  if (ranges.length === 0) return [];
  const shared = sharedWith(neighbour);
  const wanted = within(ranges);
  const rows = await select<{ part: string; count: number; digest: string }>(
    sql,
    `SELECT LEFT(uuid, ?) AS part, COUNT(*) AS count, LPAD(LOWER(HEX(BIT_XOR(${DIGEST}))), 16, '0') AS digest
     FROM instances WHERE ${shared.condition} AND ${wanted.condition} GROUP BY part ORDER BY NULL`,
    [ranges[0]!.length + 1, ...shared.values, ...wanted.values],
  );
  return rows.map(({ part, count, digest }) => ({ range: part, count, digest }));
};

export const listCompared = async (
  sql: Sql,
  neighbour: Neighbour,
  ranges: readonly string[],
): Promise<(ComparedRow & { readonly updatedAt: number })[]> => {
  if (ranges.length === 0) return [];
  const shared = sharedWith(neighbour);
  const wanted = within(ranges);
  return select<ComparedRow & { taskState: TaskState | null; updatedAt: number }>(
    sql,
    `SELECT uuid, epoch, generation, task_state AS taskState, updated_at AS updatedAt
     FROM instances WHERE ${shared.condition} AND ${wanted.condition} ORDER BY uuid`,
    [...shared.values, ...wanted.values],
  );
};

export const outboxDepths = (sql: Sql): Promise<OutboxDepth[]> =>
  select<OutboxDepth>(sql, 'SELECT destination, COUNT(*) AS frames, MIN(written_at) AS oldestAt FROM outbox GROUP BY destination');
