import type { EmptyGroups } from '#cell';
import { deleteByKey, type Sql, select } from './sql.js';

const EMPTY = `SELECT uuid FROM placement_groups WHERE NOT EXISTS
  (SELECT 1 FROM instances WHERE group_uuid = placement_groups.uuid AND deleted_at IS NULL) ORDER BY uuid LIMIT ?`;

/** @returns how many it forgot. One that gets a member at this moment is only locked anew by its next. */
export const pruneGroups = async (sql: Sql, groups: EmptyGroups, now: number, limit: number): Promise<number> => {
  const empty = await select<{ uuid: string }>(sql, EMPTY, [limit]);
  const due = groups.due(
    empty.map(row => row.uuid),
    now,
  );
  await deleteByKey(sql, 'placement_groups', 'uuid', due);
  return due.length;
};
