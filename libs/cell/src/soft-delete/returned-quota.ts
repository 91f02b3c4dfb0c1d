import type { BuildSpec } from '#contracts';
import { less, quotaOf } from '../moves/held.js';
import { type InstanceRow, NO_USE, type QuotaUsage } from '../rows.js';
import type { UnitOfWork } from '../unit-of-work.js';

/** What a server takes of its project's quota, at the top: nothing while it is soft-deleted. The room of cells is taken all the while. */
export const chargeOf = (row: Pick<InstanceRow, 'move' | 'placement'>, spec: BuildSpec): QuotaUsage =>
  row.placement.quotaReturned ? NO_USE : quotaOf(row, spec);

/**
 * Gives a project back what a soft-deleted server took, and takes it anew when it is restored, at the top. What was given back is
 * remembered with the server, so that whatever is told of it, twice or out of turn, quota is given back once.
 * @param row as it is from now on
 * @returns the same, to be put
 */
export const settleQuota = (tx: UnitOfWork, row: InstanceRow): InstanceRow => {
  const { quotaReturned: returned, ...placement } = row.placement;
  const isFree = row.vmState === 'soft-delete' && row.taskState !== 'restoring';
  if (isFree === (returned !== undefined)) return row;
  if (returned) {
    tx.quotaDeltas.add(returned);
    return { ...row, placement };
  }
  const spec = tx.requestSpecs.get(row.uuid)?.spec;
  if (!spec) return row;
  const { projectId, userId } = spec;
  const quotaReturned = { projectId, userId, ...quotaOf(row, spec) };
  tx.quotaDeltas.add({ projectId, userId, ...less(NO_USE, quotaReturned) });
  return { ...row, placement: { ...placement, quotaReturned } };
};

/**
 * An order to restore a server is on its way down: what its cell said before it took the order would give the quota back, and another
 * server could take it.
 * @param row as the report of the request `requestId` tells it
 */
export const afterRestoreOrder = (row: InstanceRow, requestId: string, now: number): InstanceRow => {
  const { restoring, ...placement } = row.placement;
  if (!restoring || row.placement.deleteRequest !== undefined) return row;
  if (row.vmState !== 'soft-delete') return { ...row, placement };
  const isAnswer = requestId === restoring.requestId || now >= restoring.until;
  if (!isAnswer) return { ...row, taskState: 'restoring' };
  return row.taskState === 'restoring' ? row : { ...row, placement };
};
