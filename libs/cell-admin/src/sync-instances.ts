import { z } from 'zod';
import type { ChildDifferences } from '#contracts';
import { type CellPath, CloudError, isAtOrBelow, nameOf, parentOf } from '#domain';
import type { AdminCall } from './admin-route.js';
import { namedCell } from './cell-names.js';
import { asked } from './cells.routes.js';

/**
 * The body of `POST /os-cells/sync_instances`: Nova's three keys, and two of ours. Nova's narrow what it sends again, row by row; here
 * a comparison is by digests and costs kilobytes whatever it covers, so they are checked and everything is compared.
 */
export const syncBody = z.strictObject({
  project_id: z.string().min(1).max(255).optional(),
  updated_since: z.iso.datetime({ offset: true, local: true }).optional(),
  deleted: z.boolean().optional(),
  /** The cell that is compared with its parent, and all below it; everything when left out. */
  cell: z.string().optional(),
  /** Only tells what differs. */
  dry_run: z.boolean().optional(),
});
export type SyncBody = z.infer<typeof syncBody>;

/** So many pairs of cells are compared at a time. */
const AT_ONCE = 8;

/** Each cell in scope is compared with its parent, by its parent. One that cannot be asked is named, and the others are compared. */
export const syncInstances = async (call: AdminCall, body: SyncBody) => {
  const { door } = call;
  const scope = body.cell === undefined ? door.path : namedCell(door.path, body.cell);
  const { cells } = await asked(call, door.path, 'cell.tree', {});
  const paths = cells.map(cell => cell.path as CellPath).filter(path => path !== door.path && isAtOrBelow(path, scope));
  if (paths.length === 0 && scope !== door.path) throw new CloudError('notFound', `Cell ${scope} could not be found.`);
  const compared: object[] = [];
  const unreachable: object[] = [];
  const next = async (): Promise<void> => {
    for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
      const outcome = await compareWithParent(call, path, body.dry_run ?? false);
      if (outcome instanceof CloudError) unreachable.push({ cell: path, reason: outcome.message });
      else compared.push(differencesView(outcome));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return { dry_run: body.dry_run ?? false, cells: compared, unreachable };
};

const compareWithParent = async (call: AdminCall, path: CellPath, dryRun: boolean): Promise<ChildDifferences | CloudError> => {
  try {
    return await asked(call, parentOf(path)!, 'cell.compare', { child: nameOf(path), dryRun });
  } catch (error) {
    if (error instanceof CloudError && (error.kind === 'unavailable' || error.kind === 'deadlineExceeded')) return error;
    throw error;
  }
};

type Side = ChildDifferences['differences'][number]['here'];

const sideView = (side: Side) => side && { epoch: side.epoch, generation: side.generation, task_state: side.taskState };

/** `above` is the parent's row, `below` the cell's own. */
const differencesView = ({ child, differences, more, waiting, repaired }: ChildDifferences) => ({
  cell: child,
  differences: differences.map(one => ({
    instance: one.instanceUuid,
    above: sideView(one.here),
    below: sideView(one.there),
    settled: one.settled,
    repair: one.repair,
    why: one.why,
  })),
  more,
  waiting,
  repaired,
});
