import { EmptyGroups } from '#cell';
import { hasPassed } from '#domain';
import { pruneCellMirrors } from './cell-mirrors.js';
import { pruneDecisions } from './decisions.js';
import { pruneGroups } from './placement-groups.js';
import { execute, type Sql } from './sql.js';
import type { CellTables } from './tables.js';

const INBOX_KEPT_MS = 3_600_000;
const TOMBSTONES_KEPT_MS = 7 * 24 * 3_600_000;
/** An order that found no room here: the parent has placed it elsewhere, or given it up. */
const REJECTED_KEPT_MS = 24 * 3_600_000;
const PRUNE_ROWS_EVERY_MS = 3_600_000;
/** Rows of one table that one run removes: what is left is removed by the next ones. */
const PRUNE_LIMIT = 5000;

/** Removes what a cell has kept for long enough. */
export class Pruning {
  private rowsPrunedAt = 0;
  private readonly emptyGroups = new EmptyGroups();

  constructor(private readonly sql: Sql) {}

  /** @returns how many rows were removed, mirrors of cells not among them */
  async run(tables: Readonly<CellTables>, now: number): Promise<number> {
    const frames =
      (await execute(this.sql, 'DELETE FROM inbox WHERE received_at < ? LIMIT ?', [now - INBOX_KEPT_MS, PRUNE_LIMIT])) +
      (await pruneDecisions(this.sql, now, PRUNE_LIMIT));
    if (tables.children) await pruneCellMirrors(this.sql, now - TOMBSTONES_KEPT_MS);
    // These reads go over whole tables, so they are made seldom.
    if (!hasPassed(PRUNE_ROWS_EVERY_MS, this.rowsPrunedAt, now)) return frames;
    this.rowsPrunedAt = now;
    return frames + (await this.pruneInstances(tables, now)) + (await pruneGroups(this.sql, this.emptyGroups, now, PRUNE_LIMIT));
  }

  /** The root keeps its rows for its users. */
  private async pruneInstances({ top }: Readonly<CellTables>, now: number): Promise<number> {
    if (top) return 0;
    const statement = `DELETE FROM instances WHERE deleted_at < ?
      OR (vm_state = 'error' AND next_hop IS NULL AND host IS NULL AND cell_path IS NULL AND updated_at < ?) LIMIT ?`;
    return execute(this.sql, statement, [now - TOMBSTONES_KEPT_MS, now - REJECTED_KEPT_MS, PRUNE_LIMIT]);
  }
}
