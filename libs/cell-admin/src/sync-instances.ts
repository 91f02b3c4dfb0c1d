import { z } from 'zod';
import type { ChildDifferences, CompareOnly } from '#contracts';
import { type CellPath, CloudError, isAtOrBelow, nameOf, parentOf } from '#domain';
import { ADMIN_SECONDS, type AdminCall } from './admin-route.js';
import { namedCell } from './cell-names.js';
import { asked } from './cells.routes.js';

/**
 * The body of `POST /os-cells/sync_instances`: Nova's three keys, and two of ours. Nova's narrow what is mended and told; digests are
 * compared of everything, which costs kilobytes.
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

/** All of it ends within this time: what was not compared by then is told as unreachable. */
export const SYNC_SECONDS = 60;

/** Each cell in scope is compared with its parent, by its parent. One that cannot be asked is named, and the others are compared. */
export const syncInstances = async (call: AdminCall, body: SyncBody) => {
  const { door, clock, deadline } = call;
  const deadlineSeconds = Math.round((deadline - clock.now()) / 1000);
  const scope = body.cell === undefined ? door.path : namedCell(door.path, body.cell);
  const { cells } = await asked(inTime(call), door.path, 'cell.tree', {});
  const paths = cells.map(cell => cell.path as CellPath).filter(path => path !== door.path && isAtOrBelow(path, scope));
  if (paths.length === 0 && scope !== door.path) throw new CloudError('notFound', `Cell ${scope} could not be found.`);
  const compared: object[] = [];
  const unreachable: object[] = [];
  const next = async (): Promise<void> => {
    for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
      const outcome = clock.now() < deadline ? await compareWithParent(call, path, body) : notInTime(deadlineSeconds);
      if (outcome instanceof CloudError) unreachable.push({ cell: path, reason: outcome.message });
      else compared.push(differencesView(outcome));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  return { dry_run: body.dry_run ?? false, deadline_seconds: deadlineSeconds, cells: compared, unreachable };
};

const notInTime = (seconds: number): CloudError =>
  new CloudError('deadlineExceeded', `not compared within the ${seconds} s that all cells together have`);

/** Each cell has as long as for any other order, within what is left: one that is away does not use up the time of the others. */
const inTime = (call: AdminCall): AdminCall => ({
  ...call,
  deadline: Math.min(call.deadline, call.clock.now() + ADMIN_SECONDS * 1000),
});

const compareWithParent = async (call: AdminCall, path: CellPath, body: SyncBody): Promise<ChildDifferences | CloudError> => {
  const only = onlyOf(body);
  const request = { child: nameOf(path), dryRun: body.dry_run ?? false, ...(Object.keys(only).length ? { only } : {}) };
  try {
    return await asked(inTime(call), parentOf(path)!, 'cell.compare', request);
  } catch (error) {
    if (error instanceof CloudError && (error.kind === 'unavailable' || error.kind === 'deadlineExceeded')) return error;
    throw error;
  }
};

const onlyOf = ({ project_id: projectId, updated_since: since, deleted }: SyncBody): CompareOnly => ({
  ...(projectId === undefined ? {} : { projectId }),
  ...(since === undefined ? {} : { updatedSince: Date.parse(HAS_OFFSET.test(since) ? since : `${since}Z`) }),
  ...(deleted === undefined ? {} : { deleted }),
});

/** As Nova's, a time without one is UTC. */
const HAS_OFFSET = /(Z|[+-]\d\d:\d\d)$/;

type Side = ChildDifferences['differences'][number]['here'];

const sideView = (side: Side) => side && { epoch: side.epoch, generation: side.generation, task_state: side.taskState };

/** `above` is the parent's row, `below` the cell's own. */
const differencesView = ({ child, differences, more, waiting, repaired, outside }: ChildDifferences) => ({
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
  outside,
});
