import { CloudError, guestActionOf, type InstanceState, type RequestContext, whyNot } from '#domain';
import { changeable, NEVER, record } from '../api-order-rules.js';
import type { Builds } from '../builds.js';
import type { Cell } from '../cell.js';
import type { GroupCommit } from '../group-commit.js';
import { checkQuota, type QuotaLimits } from '../quota.js';
import { type InstanceRow, NO_USE, type UserInProject } from '../rows.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { settleQuota } from './returned-quota.js';

/** Users' orders to delete a server, for good or so that it can be restored, at the top. */
export class DeleteOrders {
  constructor(
    private readonly cell: Cell,
    private readonly builds: Builds,
    private readonly commits: GroupCommit,
  ) {}

  /**
   * @returns the state that it was in
   * @throws CloudError `notFound`; `conflict` when it is locked. A second deletion of a server that is on its way out is no error.
   */
  delete(ctx: RequestContext, uuid: string): Promise<InstanceState> {
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid], placement: true }, tx => {
      const row = changeable(tx, ctx, uuid);
      this.remove(tx, ctx, row);
      return row;
    });
  }

  /**
   * The server goes off and is kept for so many seconds, in which it can be restored. One that never ran, or that is on no host, has
   * nothing to keep, and is deleted for good.
   * @returns and throws as `delete`
   */
  deleteSoftly(ctx: RequestContext, uuid: string, reclaimSeconds: number): Promise<InstanceState> {
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid], placement: true }, tx => {
      const row = changeable(tx, ctx, uuid);
      if (row.placement.deleteRequest !== undefined || isSoftlyGone(row)) return row;
      if (!isKept(row)) this.remove(tx, ctx, row);
      else this.order(tx, ctx, row, { name: 'softDelete', reclaimSeconds });
      return row;
    });
  }

  /**
   * @param owner whose server it is, as the caller has read it: the project's quota is locked
   * @throws CloudError `notFound`; `conflict` when it is not soft-deleted; `overLimit` when the quota has no room for it any more.
   */
  restore(ctx: RequestContext, uuid: string, owner: UserInProject, limits: QuotaLimits): Promise<void> {
    const quotas = { quotas: [owner.projectId], userQuotas: limits.user ? [owner] : [] };
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid], ...quotas }, tx => {
      const row = changeable(tx, ctx, uuid);
      const reason = whyNot('restore', uuid, row);
      if (reason !== undefined) throw new CloudError('conflict', reason);
      checkQuota(tx, owner, row.placement.quotaReturned ?? NO_USE, limits);
      const restoring = { requestId: ctx.requestId, until: tx.now + this.cell.timings.settle * 1000 };
      this.order(tx, ctx, { ...row, placement: { ...row.placement, restoring } }, { name: 'restore' });
    });
  }

  private order(
    tx: UnitOfWork,
    ctx: RequestContext,
    row: InstanceRow,
    action: { name: 'softDelete'; reclaimSeconds: number } | { name: 'restore' },
  ): void {
    const { record: name, taskState } = guestActionOf(action.name);
    const { uuid, nextHop, highestEpoch: epoch } = row;
    record(tx, ctx, uuid, name);
    tx.instances.put(settleQuota(tx, { ...row, taskState, updatedAt: tx.now }));
    const order = { instanceUuid: uuid, epoch, requestId: ctx.requestId, action };
    this.cell.sendToChild(tx, nextHop!, 'instance.action', ctx.requestId, order, action.name === 'softDelete' ? NEVER : undefined);
  }

  private remove(tx: UnitOfWork, ctx: RequestContext, row: InstanceRow): void {
    const { uuid, nextHop } = row;
    record(tx, ctx, uuid, 'delete');
    if (!nextHop) {
      this.builds.remove(tx, row, ctx.requestId);
      return;
    }
    tx.instances.put({ ...row, taskState: 'deleting', placement: { ...row.placement, deleteRequest: ctx.requestId }, updatedAt: tx.now });
    const order = { instanceUuid: uuid, epoch: row.highestEpoch, requestId: ctx.requestId };
    this.cell.sendToChild(tx, nextHop, 'instance.delete', ctx.requestId, order, NEVER);
  }
}

const isSoftlyGone = ({ vmState, taskState }: InstanceState): boolean =>
  taskState === 'soft-deleting' || (vmState === 'soft-delete' && taskState !== 'restoring');

/** As in Nova: only what has run once, and has a guest. One that is being restored has. */
const isKept = ({ uuid, vmState, taskState, nextHop, launchedAt }: InstanceRow): boolean =>
  nextHop !== null &&
  launchedAt !== null &&
  (vmState === 'soft-delete' || whyNot('softDelete', uuid, { vmState, taskState }) === undefined);
