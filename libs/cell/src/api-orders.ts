import type { BuildSpec } from '#contracts';
import { actionGuards, CloudError, type GuardedAction, isAdmin, type RequestContext, whyNot } from '#domain';
import type { Builds } from './builds.js';
import type { Cell } from './cell.js';
import { GroupCommit } from './group-commit.js';
import { groupSize } from './groups.js';
import { orderedInstance } from './instances.js';
import type { InstanceRow, QuotaUsage } from './rows.js';
import type { CellStore } from './store.js';
import type { UnitOfWork } from './unit-of-work.js';

/** A server to make, with the columns that only the top keeps of it (by their names in the database). */
export interface ServerOrder {
  readonly spec: BuildSpec;
  readonly columns: Readonly<Record<string, string | number | boolean | null>>;
}

/** A project's limits at the moment of the request; -1 is no limit. */
export interface QuotaLimits extends QuotaUsage {
  /** Servers of one group. */
  readonly groupMembers?: number;
}

/** Nova's names of the instance actions. */
const ACTIONS: Record<GuardedAction, string> = { stop: 'stop', start: 'start', rebootSoft: 'reboot', rebootHard: 'reboot' };

/** No one else may take it back, so it does not grow old on its way to a cell that is away. */
const NEVER = Number.MAX_SAFE_INTEGER;

/**
 * What users order, at the top of the tree: each order commits the change, the record of the action and the messages that carry it
 * down in one transaction, which concurrent orders share.
 */
export class ApiOrders {
  private readonly commits: GroupCommit;

  constructor(
    private readonly cell: Cell,
    private readonly builds: Builds,
    store: CellStore,
  ) {
    this.commits = new GroupCommit(store, cell.clock);
  }

  /** All or none. @throws CloudError `overLimit` in Nova's words. */
  createServers(ctx: RequestContext, orders: readonly ServerOrder[], limits: QuotaLimits): Promise<void> {
    const uuids = orders.map(order => order.spec.instanceUuid);
    const groups = [...new Set(orders.flatMap(({ spec }) => (spec.group ? [spec.group.uuid] : [])))];
    return this.commits.submit({ quotas: [ctx.projectId], newInstances: uuids, groups, placement: true }, tx => {
      for (const group of groups) joinGroup(tx, group, orders.filter(({ spec }) => spec.group?.uuid === group).length, limits);
      takeQuota(
        tx,
        ctx.projectId,
        orders.map(order => order.spec),
        limits,
      );
      for (const { spec, columns } of orders) {
        tx.instances.put(orderedInstance(spec.instanceUuid, 0, tx.now, spec.group?.uuid ?? null));
        tx.requestSpecs.put({ uuid: spec.instanceUuid, spec });
        tx.serverColumns.add({ uuid: spec.instanceUuid, columns });
        record(tx, ctx, spec.instanceUuid, 'create');
        this.builds.place(tx, spec.instanceUuid, spec);
      }
    });
  }

  /** @throws CloudError `notFound`. A second deletion of a server that is on its way out is no error. */
  deleteServer(ctx: RequestContext, uuid: string): Promise<void> {
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid], placement: true }, tx => {
      const row = this.visible(tx, ctx, uuid);
      record(tx, ctx, uuid, 'delete');
      if (!row.nextHop) {
        this.builds.remove(tx, row, ctx.requestId);
        return;
      }
      tx.instances.put({ ...row, taskState: 'deleting', placement: { ...row.placement, deleteRequest: ctx.requestId }, updatedAt: tx.now });
      this.cell.sendToChild(
        tx,
        row.nextHop,
        'instance.delete',
        ctx.requestId,
        { instanceUuid: uuid, epoch: row.highestEpoch, requestId: ctx.requestId },
        NEVER,
      );
    });
  }

  /** @throws CloudError `notFound`; `conflict` in Nova's words when the state does not allow it. */
  power(ctx: RequestContext, uuid: string, action: GuardedAction): Promise<void> {
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid] }, tx => {
      const row = this.visible(tx, ctx, uuid);
      const reason = whyNot(action, uuid, row) ?? (row.nextHop ? undefined : `Instance ${uuid} is not ready`);
      if (reason) throw new CloudError('conflict', reason);
      record(tx, ctx, uuid, ACTIONS[action]);
      tx.instances.put({ ...row, taskState: actionGuards[action].taskState, updatedAt: tx.now });
      this.cell.sendToChild(tx, row.nextHop!, 'instance.power', ctx.requestId, {
        instanceUuid: uuid,
        epoch: row.highestEpoch,
        requestId: ctx.requestId,
        action,
      });
    });
  }

  private visible(tx: UnitOfWork, ctx: RequestContext, uuid: string): InstanceRow {
    const row = tx.instances.get(uuid);
    const owner = tx.requestSpecs.get(uuid)?.spec.projectId;
    if (!row || row.deletedAt || (owner !== ctx.projectId && !isAdmin(ctx)))
      throw new CloudError('notFound', `Instance ${uuid} could not be found.`);
    return row;
  }
}

const record = (tx: UnitOfWork, ctx: RequestContext, instanceUuid: string, action: string): void =>
  tx.actions.add({ instanceUuid, requestId: ctx.requestId, action, userId: ctx.userId, projectId: ctx.projectId, startTime: tx.now });

/** @throws CloudError `invalid` for a group that was deleted meanwhile, `overLimit` for one that is full. */
const joinGroup = (tx: UnitOfWork, group: string, count: number, { groupMembers = -1 }: QuotaLimits): void => {
  if (tx.groups.get(group)?.deleted) throw new CloudError('invalid', `Instance group ${group} could not be found.`);
  if (groupMembers >= 0 && groupSize(tx, group) + count > groupMembers)
    throw new CloudError('overLimit', 'Quota exceeded, too many servers in group');
};

/** @throws CloudError `overLimit`: which resources, how much was asked, used and allowed, as Nova says it. */
const takeQuota = (tx: UnitOfWork, projectId: string, specs: readonly BuildSpec[], limits: QuotaLimits): void => {
  const used = tx.quotaUsage(projectId);
  const asked: QuotaUsage = {
    instances: specs.length,
    cores: specs.reduce((sum, spec) => sum + spec.flavor.vcpus, 0),
    ramMb: specs.reduce((sum, spec) => sum + spec.flavor.memoryMb, 0),
  };
  const names = { cores: 'cores', instances: 'instances', ramMb: 'ram' } as const;
  const over = (Object.keys(names) as (keyof typeof names)[]).filter(key => limits[key] >= 0 && used[key] + asked[key] > limits[key]);
  if (over.length) {
    const list = (of: QuotaUsage): string => over.map(key => of[key]).join(', ');
    const resources = over.map(key => names[key]).join(', ');
    throw new CloudError(
      'overLimit',
      `Quota exceeded for ${resources}: Requested ${list(asked)}, but already used ${list(used)} of ${list(limits)} ${resources}`,
    );
  }
  tx.quotaDeltas.add({ projectId, ...asked });
};
