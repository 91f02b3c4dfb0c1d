import type { BuildSpec, InstanceOrder } from '#contracts';
import { CloudError, guestActionOf, isAdmin, type RequestContext, whyNot } from '#domain';
import { changeable, NEVER, record, visible, whyNotReady } from './api-order-rules.js';
import type { Builds } from './builds.js';
import type { Cell } from './cell.js';
import { GroupCommit } from './group-commit.js';
import { groupSize } from './groups.js';
import { orderedInstance } from './instances.js';
import { MoveOrders } from './moves/move-orders.js';
import { checkQuota, type QuotaLimits } from './quota.js';
import type { QuotaUsage } from './rows.js';
import { DeleteOrders } from './soft-delete/delete-orders.js';
import { settleQuota } from './soft-delete/returned-quota.js';
import { labelsOf, putWanted } from './steps/spec-of.js';
import type { CellStore } from './store.js';
import type { UnitOfWork } from './unit-of-work.js';

/** A server to make, with the columns that only the top keeps of it (by their names in the database). */
export interface ServerOrder {
  readonly spec: BuildSpec;
  readonly columns: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * What users order, at the top of the tree: each order commits the change, the record of the action and the messages that carry it
 * down in one transaction, which concurrent orders share.
 */
export class ApiOrders {
  readonly moves: MoveOrders;
  readonly deletions: DeleteOrders;
  private readonly commits: GroupCommit;

  constructor(
    private readonly cell: Cell,
    private readonly builds: Builds,
    store: CellStore,
  ) {
    this.commits = new GroupCommit(store, cell.clock);
    this.moves = new MoveOrders(cell, this.commits);
    this.deletions = new DeleteOrders(cell, builds, this.commits);
  }

  /** All or none. @throws CloudError `overLimit` in Nova's words. */
  createServers(ctx: RequestContext, orders: readonly ServerOrder[], limits: QuotaLimits): Promise<void> {
    const uuids = orders.map(order => order.spec.instanceUuid);
    const groups = [...new Set(orders.flatMap(({ spec }) => (spec.group ? [spec.group.uuid] : [])))];
    const userQuotas = limits.user ? [ctx] : [];
    return this.commits.submit({ quotas: [ctx.projectId], userQuotas, newInstances: uuids, groups, placement: true }, tx => {
      for (const group of groups) joinGroup(tx, group, orders.filter(({ spec }) => spec.group?.uuid === group).length, limits);
      takeQuota(
        tx,
        ctx,
        orders.map(order => order.spec),
        limits,
      );
      for (const { spec, columns } of orders) {
        tx.instances.put(orderedInstance(spec.instanceUuid, 0, tx.now, spec.group?.uuid ?? null));
        tx.requestSpecs.put({ uuid: spec.instanceUuid, spec });
        tx.serverColumns.add({ uuid: spec.instanceUuid, columns });
        record(tx, ctx, spec.instanceUuid, 'create');
        this.cell.meter.build('ordered');
        this.builds.place(tx, spec.instanceUuid, spec);
      }
    });
  }

  /**
   * @param columns those that only the top keeps, as far as they change with it
   * @throws CloudError `notFound`; `conflict` in Nova's words when the state does not allow it.
   */
  act(ctx: RequestContext, uuid: string, action: InstanceOrder, columns?: ServerOrder['columns']): Promise<void> {
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid] }, tx => {
      this.order(tx, ctx, uuid, action);
      if (columns) tx.serverColumns.add({ uuid, columns });
    });
  }

  /** As `act`. From now on the server is wanted as `spec` says; `columns` are those that only the top keeps, as far as they change. */
  rebuild(ctx: RequestContext, spec: BuildSpec, columns: ServerOrder['columns']): Promise<void> {
    const uuid = spec.instanceUuid;
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid] }, tx => {
      const stopped = tx.instances.get(uuid)?.vmState === 'stopped';
      this.order(tx, ctx, uuid, { name: 'rebuild', spec, start: !stopped });
      tx.serverColumns.add({ uuid, columns });
    });
  }

  /** An administrator says what state it is in: it is shown from now on, and nothing that its owner told before it knew. @throws CloudError `notFound` */
  resetState(ctx: RequestContext, uuid: string, vmState: 'active' | 'error'): Promise<void> {
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid] }, tx => {
      const row = visible(tx, ctx, uuid);
      record(tx, ctx, uuid, 'resetState');
      const next = settleQuota(tx, { ...row, vmState, taskState: null, updatedAt: tx.now });
      if (!row.nextHop) {
        tx.instances.put(next);
        return;
      }
      tx.instances.put({ ...next, placement: { ...next.placement, reset: { requestId: ctx.requestId, placedEpoch: row.placedEpoch } } });
      const order = { instanceUuid: uuid, epoch: row.highestEpoch, requestId: ctx.requestId, vmState };
      this.cell.sendToChild(tx, row.nextHop, 'instance.resetState', ctx.requestId, order, NEVER);
    });
  }

  /** Until it is unlocked, only administrators change it. One that an administrator has locked stays so. @throws CloudError `notFound` */
  lock(ctx: RequestContext, uuid: string, reason: string | null): Promise<void> {
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid] }, tx => {
      const row = visible(tx, ctx, uuid);
      const by = tx.requestSpecs.get(uuid)?.spec.projectId === ctx.projectId ? 'owner' : 'admin';
      // As in Nova: who owns it cannot take the place of an administrator's lock.
      if (row.lock && by === 'owner' && !isAdmin(ctx)) return;
      record(tx, ctx, uuid, 'lock');
      tx.instances.put({ ...row, lock: { by, reason }, updatedAt: tx.now });
    });
  }

  /** @param others whether an administrator's lock, too. @throws CloudError `notFound`; `forbidden` when it is one, and that is not so. */
  unlock(ctx: RequestContext, uuid: string, { others }: { readonly others: boolean }): Promise<void> {
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid] }, tx => {
      const row = visible(tx, ctx, uuid);
      if (row.lock?.by === 'admin' && !others)
        throw new CloudError('forbidden', "Policy doesn't allow os_compute_api:os-lock-server:unlock:unlock_override to be performed.");
      record(tx, ctx, uuid, 'unlock');
      tx.instances.put({ ...row, lock: null, updatedAt: tx.now });
    });
  }

  private order(tx: UnitOfWork, ctx: RequestContext, uuid: string, action: InstanceOrder): void {
    const { method, record: name, taskState, lockedToo, withSpec } = guestActionOf(action.name);
    const row = lockedToo ? visible(tx, ctx, uuid) : changeable(tx, ctx, uuid);
    const reason = whyNot(action.name, uuid, row) ?? whyNotReady(method, row);
    if (reason) throw new CloudError('conflict', reason);
    record(tx, ctx, uuid, name);
    putWanted(tx, uuid, action);
    // Without a task state of its own it changes nothing that is shown, and another action may begin beside it.
    tx.instances.put({ ...row, taskState: taskState ?? row.taskState, updatedAt: tx.now });
    this.cell.sendToChild(tx, row.nextHop!, 'instance.action', ctx.requestId, {
      instanceUuid: uuid,
      epoch: row.highestEpoch,
      requestId: ctx.requestId,
      action,
      ...((withSpec || action.name === 'unshelve') && labelsOf(tx, uuid)),
    });
  }
}

/** @throws CloudError `invalid` for a group that was deleted meanwhile, `overLimit` for one that is full. */
const joinGroup = (tx: UnitOfWork, group: string, count: number, { groupMembers = -1 }: QuotaLimits): void => {
  if (tx.groups.get(group)?.deleted) throw new CloudError('invalid', `Instance group ${group} could not be found.`);
  if (groupMembers >= 0 && groupSize(tx, group) + count > groupMembers)
    throw new CloudError('overLimit', 'Quota exceeded, too many servers in group');
};

/** @throws CloudError `overLimit`: which resources, how much was asked, used and allowed, as Nova says it. */
const takeQuota = (tx: UnitOfWork, { projectId, userId }: RequestContext, specs: readonly BuildSpec[], limits: QuotaLimits): void => {
  const asked: QuotaUsage = {
    instances: specs.length,
    cores: specs.reduce((sum, spec) => sum + spec.flavor.vcpus, 0),
    ramMb: specs.reduce((sum, spec) => sum + spec.flavor.memoryMb, 0),
  };
  checkQuota(tx, { projectId, userId }, asked, limits);
  tx.quotaDeltas.add({ projectId, userId, ...asked });
};
