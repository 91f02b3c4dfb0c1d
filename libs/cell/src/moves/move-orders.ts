import type { Evacuation, Flavor, Move, MoveOrder } from '#contracts';
import {
  CloudError,
  type MOVE_BEGINNINGS,
  type MoveActionName,
  type MoveStatus,
  type MoveType,
  moveActions,
  type RequestContext,
  whyNotMove,
} from '#domain';
import { changeable, record, whyNotReady } from '../api-order-rules.js';
import type { Cell } from '../cell.js';
import type { GroupCommit } from '../group-commit.js';
import { checkQuota, type QuotaLimits } from '../quota.js';
import type { InstanceRow, UserInProject } from '../rows.js';
import { labelsOf } from '../steps/spec-of.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { beyondCellQuota } from './beyond-cell-quota.js';
import { less, openMove, quotaOf } from './held.js';

/** What a user asks of a move. */
export interface MoveRequest {
  readonly action: (typeof MOVE_BEGINNINGS)[MoveType];
  /** Of a resize. */
  readonly flavor?: Flavor;
  /** The only host that will do; any but its own when left out. */
  readonly host?: string;
  /** Of an evacuation. */
  readonly evacuation?: Evacuation;
}

const TYPES: Record<MoveRequest['action'], MoveType> = {
  resize: 'resize',
  migrate: 'migration',
  liveMigrate: 'live-migration',
  evacuate: 'evacuation',
};

/** A live migration as its user names it. */
export interface SteeredMove {
  readonly id: number;
  /** Its uuid. */
  readonly move: string;
  /** As its record says. */
  readonly status: MoveStatus;
  /** In which it may be. */
  readonly statuses: readonly MoveStatus[];
}

const STEERINGS = { abortLive: 'abort live migration', completeLive: 'force complete' } as const;
const unsteerable = (id: number, uuid: string, status: MoveStatus, what: string): string =>
  `Migration ${id} state of instance ${uuid} is ${status}. Cannot ${what} while the migration is in this state.`;

const SAME_HOST = 'Cannot migrate to the host where the server exists.';
const TO_ITSELF: Record<MoveRequest['action'], string> = {
  resize: SAME_HOST,
  migrate: SAME_HOST,
  liveMigrate: SAME_HOST,
  evacuate: "The target host can't be the same one.",
};

/** Users' orders to move a server inside its cell, at the top: quota, records and the order for the cell in one transaction. */
export class MoveOrders {
  constructor(
    private readonly cell: Cell,
    private readonly commits: GroupCommit,
  ) {}

  /**
   * @param owner whose server it is, as the caller has read it: the project's quota is locked
   * @throws CloudError `notFound`; `conflict` in Nova's words when the state does not allow it; `invalid` for a resize to what it is;
   *   `overLimit` when the quota, of the project, of the user or of the cell, has no room for what the new flavor needs more.
   */
  begin(ctx: RequestContext, uuid: string, owner: UserInProject, request: MoveRequest, limits: QuotaLimits): Promise<void> {
    const quotas = { quotas: [owner.projectId], userQuotas: limits.user ? [owner] : [] };
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid], placement: true, ...quotas }, tx => {
      const row = this.movable(tx, ctx, uuid, request.action);
      const { spec } = tx.requestSpecs.get(uuid)!;
      const move = moveOf(this.cell, tx, ctx, { row, oldFlavor: spec.flavor, request });
      if (request.action === 'resize') checkFlavors(move);
      if (row.host !== null && row.host === request.host) throw new CloudError('invalid', TO_ITSELF[request.action]);
      const next: InstanceRow = { ...row, move, taskState: moveActions[request.action].taskState, updatedAt: tx.now };
      const more = less(quotaOf(next, spec), quotaOf(row, spec));
      checkQuota(tx, owner, more, limits);
      const beyond = beyondCellQuota(tx, row, next, spec);
      if (beyond !== undefined) throw new CloudError('overLimit', beyond);
      record(tx, ctx, uuid, moveActions[request.action].record);
      tx.quotaDeltas.add({ ...owner, ...more });
      tx.instances.put(next);
      const lost = openMove(row);
      if (lost) this.keep(tx, row, { ...lost, status: 'error', updatedAt: tx.now });
      this.keep(tx, row, move);
      const { host = null, evacuation } = request;
      this.send(tx, ctx, row, { name: 'begin', move, host, refusal: null, ...(evacuation && { evacuation }) });
    });
  }

  /** @throws CloudError `notFound`; `conflict` when it is not resized; `invalid` when there is no move to confirm or revert. */
  end(ctx: RequestContext, uuid: string, action: 'confirm' | 'revert'): Promise<void> {
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid] }, tx => {
      const row = this.movable(tx, ctx, uuid, action);
      if (!openMove(row)) throw new CloudError('invalid', 'Instance has not been resized.');
      record(tx, ctx, uuid, moveActions[action].record);
      tx.instances.put({ ...row, taskState: moveActions[action].taskState, updatedAt: tx.now });
      this.send(tx, ctx, row, { name: action });
    });
  }

  /**
   * Of the live migration that is under way.
   * @throws CloudError `notFound`; `conflict` when it is not being migrated; `invalid` when that one cannot be steered (any more).
   */
  steer(ctx: RequestContext, uuid: string, action: 'abortLive' | 'completeLive', wanted: SteeredMove): Promise<void> {
    return this.commits.submit({ instances: [uuid], requestSpecs: [uuid] }, tx => {
      const row = this.movable(tx, ctx, uuid, action);
      const move = openMove(row);
      const status = move?.uuid === wanted.move ? move.status : wanted.status;
      if (!wanted.statuses.includes(status)) throw new CloudError('invalid', unsteerable(wanted.id, uuid, status, STEERINGS[action]));
      record(tx, ctx, uuid, moveActions[action].record);
      this.send(tx, ctx, row, { name: action, move: wanted.move });
    });
  }

  private movable(tx: UnitOfWork, ctx: RequestContext, uuid: string, action: MoveActionName): InstanceRow {
    const row = changeable(tx, ctx, uuid);
    const reason = whyNotMove(action, uuid, row) ?? whyNotReady(moveActions[action].method, row);
    if (reason) throw new CloudError('conflict', reason);
    return row;
  }

  private keep(tx: UnitOfWork, { uuid, epoch, generation }: InstanceRow, move: Move): void {
    tx.moves.add({ instanceUuid: uuid, move, version: { epoch, generation } });
  }

  private send(tx: UnitOfWork, ctx: RequestContext, row: InstanceRow, order: MoveOrder): void {
    const { requestId } = ctx;
    this.cell.sendToChild(tx, row.nextHop!, 'instance.move', requestId, {
      instanceUuid: row.uuid,
      epoch: row.highestEpoch,
      requestId,
      order,
      ...(order.name === 'begin' && labelsOf(tx, row.uuid)),
    });
  }
}

const moveOf = (
  cell: Cell,
  tx: UnitOfWork,
  ctx: RequestContext,
  { row, oldFlavor, request }: { row: InstanceRow; oldFlavor: Flavor; request: MoveRequest },
): Move => ({
  uuid: cell.random.uuid(),
  type: TYPES[request.action],
  status: 'accepted',
  requestId: ctx.requestId,
  userId: ctx.userId,
  projectId: ctx.projectId,
  sourceHost: row.host,
  sourceNode: row.node,
  destHost: null,
  destNode: null,
  oldFlavor,
  newFlavor: request.flavor ?? oldFlavor,
  formerVmState: row.vmState,
  epoch: 0,
  held: null,
  createdAt: tx.now,
  updatedAt: tx.now,
});

/** @throws CloudError `invalid` in Nova's words. */
const checkFlavors = ({ oldFlavor, newFlavor }: Move): void => {
  if (oldFlavor.flavorId === newFlavor.flavorId) throw new CloudError('invalid', 'When resizing, instances must change flavor!');
  const unable = (reason: string) => new CloudError('invalid', `Server disk was unable to be resized because: ${reason}`);
  if (newFlavor.rootGb === 0 && oldFlavor.rootGb > 0) throw unable('Resize to zero disk flavor is not allowed.');
  if (newFlavor.rootGb < oldFlavor.rootGb || newFlavor.ephemeralGb < oldFlavor.ephemeralGb) throw unable('Unable to resize disk down.');
};
