import type { BuildSpec, CellPayload, ComputePayload, MoveOrder } from '#contracts';
import { type GuestActionName, PowerState, type Version, whyNot } from '#domain';
import { abort } from '#workflow';
import { actOnGuest } from './act-on-guest.workflow.js';
import { isHostUp } from './capacity.js';
import { InstanceTurns } from './instance-turns.js';
import { canBeLeft, isBusy } from './instance-workflows.js';
import { faultOf, tombstoneOf } from './instances.js';
import { confirmMove } from './moves/end-move.workflows.js';
import { giveUpMigration, isLiveMigration } from './moves/give-up-migration.js';
import { openMove } from './moves/held.js';
import { canBeAborted, isBeingSent } from './moves/live-migrate-instance.workflow.js';
import { planMove } from './moves/plan-move.js';
import { notTaken } from './placement.js';
import { planAction } from './plan-action.js';
import { discardRefused } from './refused-images.js';
import type { InstanceRow } from './rows.js';
import { settleQuota } from './soft-delete/returned-quota.js';
import type { UnitOfWork } from './unit-of-work.js';
import { type AnyWorkflowRow, outcomeOf } from './workflow-context.js';

/** What is ordered and heard of an instance in this cell, and what comes of it. */
export class Builds extends InstanceTurns {
  /** @param filter what it did not pass, as it stands in the trail */
  refuseBuild(tx: UnitOfWork, row: InstanceRow, spec: BuildSpec, filter: string, reason: string): void {
    this.scheduler.reject(tx, row, spec, [notTaken(this.cell, filter, reason)], []);
  }

  act(tx: UnitOfWork, row: InstanceRow, order: CellPayload<'instance.action'>): void {
    const { action, requestId } = order;
    const workflow = tx.workflows.get(row.uuid);
    const busy = isBusy(workflow);
    // A deletion is not refused: it comes after what is being done.
    if (busy && action.name === 'softDelete') {
      const softDeleteOrder = { requestId, reclaimSeconds: action.reclaimSeconds };
      this.word.tell(tx, { ...row, placement: { ...row.placement, softDeleteOrder } }, [], requestId);
      return;
    }
    const plan = busy && !givesWay(workflow, row, action.name) ? undefined : planAction(row, action, requestId);
    if (!plan) {
      this.refuse(tx, row, order);
      return;
    }
    tx.instances.put(plan.row);
    this.start(tx, plan.workflow, plan.state);
  }

  /** The cell above may have marked it as busy: whatever comes of the request, it is told how the instance stands. */
  refuse(tx: UnitOfWork, row: InstanceRow, order: CellPayload<'instance.action'>): void {
    discardRefused(this.cell, tx, row, order);
    this.word.tell(tx, row, [], order.requestId);
  }

  /** Begins a move of the instance, or ends one. Whatever comes of it, the cell above is told how the instance stands. */
  move(tx: UnitOfWork, row: InstanceRow, order: MoveOrder, requestId: string, isLate: boolean): void {
    const { now } = tx;
    if (order.name === 'abortLive' || order.name === 'completeLive') {
      this.steer(tx, row, order, requestId);
      return;
    }
    const workflow = tx.workflows.get(row.uuid);
    const evacuates = order.name === 'begin' && order.evacuation !== undefined;
    const isMigrating = isLiveMigration(workflow);
    const isBusy = workflow !== undefined && !(evacuates && (isMigrating || canBeLeft(workflow)));
    const host = row.host === null ? undefined : tx.hosts.get(row.host);
    const isUp = host !== undefined && isHostUp(host, now, this.cell);
    const plan = planMove(row, order, { isBusy, isMigrating, isHostUp: isUp, isLate, now });
    tx.instances.put(plan.row);
    if (plan.workflow === null) {
      const { refused } = plan;
      this.word.tell(tx, plan.row, refused ? [refused.event] : [], requestId, refused?.move);
      return;
    }
    const { cell, scheduler } = this;
    const events = isMigrating ? giveUpMigration(row, requestId, { tx, cell, scheduler }) : [];
    this.start(tx, plan.workflow, { uuid: row.uuid, requestId, ...plan.state }, events);
  }

  /** Of a live migration that is over there is nothing to steer. */
  private steer(tx: UnitOfWork, row: InstanceRow, { name, move }: SteeringOrder, requestId: string): void {
    const workflow = tx.workflows.get(row.uuid);
    if (!workflow || row.move?.uuid !== move) {
      this.word.tell(tx, row, [], requestId);
      return;
    }
    const abortion = name === 'abortLive' && { aborted: true };
    const next: AnyWorkflowRow = { ...workflow, state: { ...workflow.state, ...abortion } };
    if (isBeingSent(workflow)) {
      const order = { instanceUuid: row.uuid, epoch: row.placedEpoch, requestId };
      const how = name === 'abortLive' ? 'abort' : 'complete';
      this.cell.sendToHost(tx, row.host!, 'guest.move', requestId, { ...order, move: { name: 'steer', how } });
      tx.workflows.put(next);
    } else if (name === 'abortLive' && canBeAborted(workflow)) {
      this.turn(tx, next, (definition, before, ctx) =>
        abort(definition, before, { kind: 'conflict', message: 'the live migration was aborted' }, ctx, tx.now),
      );
    }
  }

  /**
   * The state that an administrator gives it. A host's answer to what was being done with the guest is not waited for any more; a build
   * or a deletion goes on, for what it holds must be used or given back, and so does a move; a live one in the state that it is given.
   */
  resetState(tx: UnitOfWork, row: InstanceRow, vmState: 'active' | 'error', requestId: string): void {
    const workflow = tx.workflows.get(row.uuid);
    const known: InstanceRow = { ...row, placement: { ...row.placement, reset: { requestId, placedEpoch: row.placedEpoch } } };
    if (workflow && !canBeLeft(workflow)) {
      this.word.tell(tx, isLiveMigration(workflow) ? { ...known, vmState } : known, [], requestId);
      return;
    }
    if (workflow) tx.workflows.remove(row.uuid);
    const next: InstanceRow = { ...known, vmState, taskState: null };
    tx.instances.put(next);
    // What waits to be confirmed would wait for ever.
    if (next.placement.softDeleteOrder) this.softDeleteNext(tx, next, next.placement.softDeleteOrder, []);
    else if (row.vmState === 'resized' && openMove(row)) this.start(tx, confirmMove, { uuid: row.uuid, requestId });
    else this.word.tell(tx, next, [], requestId);
  }

  /** A host tells how far it has come with the command `commandId`. */
  progressed(tx: UnitOfWork, uuid: string, { commandId, taskState, requestId, transfer }: ComputePayload<'guest.progress'>): void {
    const row = tx.instances.get(uuid);
    if (!row || tx.workflows.get(uuid)?.waitingFor !== outcomeOf(commandId) || row.placement.deleteRequest !== undefined) return;
    const progress = transfer && row.move && { move: { ...row.move, progress: transfer, updatedAt: tx.now } };
    this.word.tell(tx, { ...row, taskState, ...progress }, [], requestId);
  }

  /** The guest changed by itself: the instance follows, unless a workflow is at work on it. */
  guestChanged(tx: UnitOfWork, row: InstanceRow, change: Pick<InstanceRow, 'powerState' | 'vmState'>): void {
    if (isBusy(tx.workflows.get(row.uuid)) || row.taskState !== null) return;
    const next = { ...row, ...change };
    tx.instances.put(next);
    this.word.tell(tx, next, [], 'periodic');
  }

  /** The instance is gone below: what is left of it here is a tombstone with the version of its end. */
  forget(tx: UnitOfWork, row: InstanceRow, version: Version): void {
    tx.instances.put({ ...tombstoneOf(row, tx.now), epoch: version.epoch, generation: version.generation });
    tx.reservations.remove(row.uuid);
    if (!this.cell.isRoot) tx.requestSpecs.remove(row.uuid);
  }

  /** Tells a state that the cells above may have missed or lost: as a new generation, so that it counts whatever they have. */
  tellAnew(tx: UnitOfWork, row: InstanceRow, requestId: string): void {
    this.word.tell(tx, row, [], requestId);
  }

  /** The child that has it was taken out of the tree: what is left of it is an error that its owner may delete. */
  giveUp(tx: UnitOfWork, row: InstanceRow, reason: string, requestId: string): void {
    const epoch = row.highestEpoch + 1;
    const here: InstanceRow = { ...row, nextHop: null, host: null, node: null, placedEpoch: epoch, highestEpoch: epoch };
    tx.reservations.remove(row.uuid);
    if (row.placement.deleteRequest !== undefined) this.word.end(tx, here, [], row.placement.deleteRequest);
    else
      this.word.tell(
        tx,
        settleQuota(tx, { ...here, vmState: 'error', taskState: null, powerState: PowerState.NOSTATE, fault: faultOf(reason, tx.now) }),
        [],
        requestId,
      );
  }
}

/**
 * What is being done with the guest gives way to what Nova allows meanwhile, a hard reboot above all: its host does one after the other,
 * and the answer to the first is not waited for any more.
 */
const givesWay = (workflow: AnyWorkflowRow | undefined, row: InstanceRow, name: GuestActionName): boolean =>
  workflow?.kind === actOnGuest.kind && whyNot(name, row.uuid, row) === undefined;

type SteeringOrder = MoveOrder & { name: 'abortLive' | 'completeLive' };
