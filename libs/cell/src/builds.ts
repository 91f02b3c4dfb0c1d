import type { ActionEvent, BuildSpec, CellPayload, ComputePayload, MoveOrder } from '#contracts';
import { CloudError, PowerState, type TaskState, type Version } from '#domain';
import { OWN_HOSTS } from '#scheduling';
import { abort, deliver, isDue, runWorkflow, type StepFailure, startWorkflow } from '#workflow';
import { actOnGuest } from './act-on-guest.workflow.js';
import { buildInstance } from './build-instance.workflow.js';
import { isHostUp } from './capacity.js';
import type { Cell } from './cell.js';
import { MAX_HOSTS_TRIED } from './cell.js';
import { deleteInstance, deleteMovedInstance, deletionOf, isDeletion } from './delete-instance.workflow.js';
import { faultOf, instanceOf, reportOf, tombstoneOf } from './instances.js';
import { confirmMove, revertMove } from './moves/end-move.workflows.js';
import { evacuateInstance } from './moves/evacuate-instance.workflow.js';
import { openMove } from './moves/held.js';
import { canBeAborted, isBeingSent, liveMigrateInstance } from './moves/live-migrate-instance.workflow.js';
import { moveInstance } from './moves/move-instance.workflow.js';
import { planMove } from './moves/plan-move.js';
import { notTaken, type Scheduler, withTriedCell } from './placement.js';
import { planAction, softDeletionOf } from './plan-action.js';
import { discardRefused } from './refused-images.js';
import type { InstanceRow, SoftDeleteOrder } from './rows.js';
import { offloadInstance, onlyStays } from './shelving/offload-instance.workflow.js';
import { unshelveInstance } from './shelving/unshelve-instance.workflow.js';
import { settleQuota } from './soft-delete/returned-quota.js';
import {
  awaitReclaim,
  onlyAwaitsReclaim,
  restoreInstance,
  softDeleteInstance,
  softDeleteMovedInstance,
} from './soft-delete/soft-delete.workflows.js';
import { specOf } from './steps/spec-of.js';
import type { UnitOfWork } from './unit-of-work.js';
import type { Upward } from './upward.js';
import {
  type AnyWorkflowRow,
  type InstanceWorkflow,
  type InstanceWorkflowState,
  type OutcomeEvent,
  outcomeOf,
  type StepContext,
} from './workflow-context.js';

const WORKFLOWS: Readonly<Record<string, InstanceWorkflow>> = Object.fromEntries(
  [
    buildInstance,
    deleteInstance,
    deleteMovedInstance,
    actOnGuest,
    offloadInstance,
    unshelveInstance,
    moveInstance,
    confirmMove,
    revertMove,
    evacuateInstance,
    liveMigrateInstance,
    softDeleteInstance,
    softDeleteMovedInstance,
    awaitReclaim,
    restoreInstance,
  ].map(workflow => [workflow.kind, workflow]),
);

/**
 * The life of an instance in this cell: where it goes, which workflow it is in, what is told upwards, and what follows when a
 * workflow ends. One workflow at a time per instance; a deletion takes the place of any other.
 */
export class Builds {
  constructor(
    private readonly cell: Cell,
    private readonly scheduler: Scheduler,
    private readonly upward: Upward,
  ) {}

  /** Finds a place for an instance that has none: a host here or a child below, as one choice. */
  place(tx: UnitOfWork, uuid: string, spec: BuildSpec, events: readonly ActionEvent[] = []): void {
    if (this.scheduler.choose(tx, uuid, spec, events)) this.build(tx, uuid, spec, events);
  }

  /** After a child has given it back. A server that its user has deleted meanwhile is not built again. */
  placeElsewhere(tx: UnitOfWork, row: InstanceRow, events: readonly ActionEvent[], requestId: string): void {
    if (row.placement.deleteRequest === undefined) this.place(tx, row.uuid, specOf(tx, row.uuid), events);
    else this.end(tx, row, events, requestId);
  }

  /** @param filter what it did not pass, as it stands in the trail */
  refuseBuild(tx: UnitOfWork, row: InstanceRow, spec: BuildSpec, filter: string, reason: string): void {
    this.scheduler.reject(tx, row, spec, [notTaken(this.cell, filter, reason)], []);
  }

  /** Deletes an instance that is here. One that is being built is unwound first. */
  remove(tx: UnitOfWork, row: InstanceRow, requestId: string): void {
    const next: InstanceRow = { ...row, taskState: 'deleting', placement: { ...row.placement, deleteRequest: requestId } };
    tx.instances.put(next);
    const workflow = tx.workflows.get(row.uuid);
    if (workflow && isDeletion(workflow)) return;
    if (workflow?.kind === buildInstance.kind || workflow?.kind === unshelveInstance.kind) {
      this.turn(tx, { ...workflow, state: { ...workflow.state, requestId } }, (definition, before, ctx) =>
        abort(definition, before, { kind: 'conflict', message: 'the instance was deleted while it was built' }, ctx, tx.now),
      );
      return;
    }
    if (row.host) this.start(tx, deletionOf(next), { uuid: row.uuid, requestId });
    else this.end(tx, next, [], requestId);
  }

  act(tx: UnitOfWork, row: InstanceRow, order: CellPayload<'instance.action'>): void {
    const { action, requestId } = order;
    const busy = isBusy(tx.workflows.get(row.uuid));
    // A deletion is not refused: it comes after what is being done.
    if (busy && action.name === 'softDelete') {
      const softDeleteOrder = { requestId, reclaimSeconds: action.reclaimSeconds };
      this.tell(tx, { ...row, placement: { ...row.placement, softDeleteOrder } }, [], requestId);
      return;
    }
    const plan = busy ? undefined : planAction(row, action, requestId);
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
    this.tell(tx, row, [], order.requestId);
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
    const isBusy = workflow !== undefined && !(evacuates && canBeLeft(workflow));
    const host = row.host === null ? undefined : tx.hosts.get(row.host);
    const plan = planMove(row, order, { isBusy, isHostUp: host !== undefined && isHostUp(host, now, this.cell), isLate, now });
    tx.instances.put(plan.row);
    if (plan.workflow === null) {
      const { refused } = plan;
      this.tell(tx, plan.row, refused ? [refused.event] : [], requestId, refused?.move);
      return;
    }
    this.start(tx, plan.workflow, { uuid: row.uuid, requestId, ...plan.state });
  }

  /** Of a live migration that is over there is nothing to steer. */
  private steer(tx: UnitOfWork, row: InstanceRow, { name, move }: SteeringOrder, requestId: string): void {
    const workflow = tx.workflows.get(row.uuid);
    if (!workflow || row.move?.uuid !== move) {
      this.tell(tx, row, [], requestId);
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
   * or a deletion goes on, for what it holds must be used or given back.
   */
  resetState(tx: UnitOfWork, row: InstanceRow, vmState: 'active' | 'error', requestId: string): void {
    const workflow = tx.workflows.get(row.uuid);
    const known: InstanceRow = { ...row, placement: { ...row.placement, reset: { requestId, placedEpoch: row.placedEpoch } } };
    if (workflow && !canBeLeft(workflow)) {
      this.tell(tx, known, [], requestId);
      return;
    }
    if (workflow) tx.workflows.remove(row.uuid);
    const next: InstanceRow = { ...known, vmState, taskState: null };
    tx.instances.put(next);
    // What waits to be confirmed would wait for ever.
    if (next.placement.softDeleteOrder) this.softDeleteNext(tx, next, next.placement.softDeleteOrder, []);
    else if (row.vmState === 'resized' && openMove(row)) this.start(tx, confirmMove, { uuid: row.uuid, requestId });
    else this.tell(tx, next, [], requestId);
  }

  /** A host has answered a command. An answer that nobody waits for changes nothing. */
  answered(tx: UnitOfWork, uuid: string, event: OutcomeEvent): void {
    const workflow = tx.workflows.get(uuid);
    if (!workflow || workflow.waitingFor !== event.name) return;
    this.turn(tx, workflow, (definition, before, ctx) => deliver(definition, before, event, ctx, tx.now).row);
  }

  /** A host tells how far it has come with the command `commandId`. */
  progressed(tx: UnitOfWork, uuid: string, { commandId, taskState, requestId, transfer }: ComputePayload<'guest.progress'>): void {
    const row = tx.instances.get(uuid);
    if (!row || tx.workflows.get(uuid)?.waitingFor !== outcomeOf(commandId) || row.placement.deleteRequest !== undefined) return;
    const progress = transfer && row.move && { move: { ...row.move, progress: transfer, updatedAt: tx.now } };
    this.tell(tx, { ...row, taskState, ...progress }, [], requestId);
  }

  /** A wait that lasted too long, or a step that is to be tried again. */
  resume(tx: UnitOfWork, uuid: string): void {
    const workflow = tx.workflows.get(uuid);
    if (!workflow || !isDue(workflow, tx.now)) return;
    this.turn(tx, workflow, (definition, before, ctx) => runWorkflow(definition, before, ctx, tx.now));
  }

  /**
   * The guest of a build runs, and its host's answer did not come. The host is asked once more: it does what it was told for one guest in
   * turn, finds its work done, and says so.
   */
  spawnAgain(tx: UnitOfWork, row: InstanceRow): void {
    const workflow = tx.workflows.get(row.uuid);
    if (workflow?.kind !== buildInstance.kind || workflow.step !== 'spawnGuest' || workflow.direction !== 'forward') return;
    this.cell.log.warn('host asked again', { instanceUuid: row.uuid, host: row.host });
    const again = { ...workflow, waitingFor: null, runAfter: tx.now };
    this.turn(tx, again, (definition, before, ctx) => runWorkflow(definition, before, ctx, tx.now));
  }

  /** The guest changed by itself: the instance follows, unless a workflow is at work on it. */
  guestChanged(tx: UnitOfWork, row: InstanceRow, change: Pick<InstanceRow, 'powerState' | 'vmState'>): void {
    if (isBusy(tx.workflows.get(row.uuid)) || row.taskState !== null) return;
    const next = { ...row, ...change };
    tx.instances.put(next);
    this.tell(tx, next, [], 'periodic');
  }

  /** The instance is gone below: what is left of it here is a tombstone with the version of its end. */
  forget(tx: UnitOfWork, row: InstanceRow, version: Version): void {
    tx.instances.put({ ...tombstoneOf(row, tx.now), epoch: version.epoch, generation: version.generation });
    tx.reservations.remove(row.uuid);
    if (!this.cell.isRoot) tx.requestSpecs.remove(row.uuid);
  }

  /** Tells a state that the cells above may have missed or lost: as a new generation, so that it counts whatever they have. */
  tellAnew(tx: UnitOfWork, row: InstanceRow, requestId: string): void {
    this.tell(tx, row, [], requestId);
  }

  /** The child that has it was taken out of the tree: what is left of it is an error that its owner may delete. */
  giveUp(tx: UnitOfWork, row: InstanceRow, reason: string, requestId: string): void {
    const epoch = row.highestEpoch + 1;
    const here: InstanceRow = { ...row, nextHop: null, host: null, node: null, placedEpoch: epoch, highestEpoch: epoch };
    tx.reservations.remove(row.uuid);
    if (row.placement.deleteRequest !== undefined) this.end(tx, here, [], row.placement.deleteRequest);
    else
      this.tell(
        tx,
        settleQuota(tx, { ...here, vmState: 'error', taskState: null, powerState: PowerState.NOSTATE, fault: faultOf(reason, tx.now) }),
        [],
        requestId,
      );
  }

  private build(tx: UnitOfWork, uuid: string, { requestId }: BuildSpec, events: readonly ActionEvent[]): void {
    this.start(tx, buildInstance, { uuid, requestId }, events);
  }

  private start(tx: UnitOfWork, definition: InstanceWorkflow, state: InstanceWorkflowState, events: readonly ActionEvent[] = []): void {
    const row: AnyWorkflowRow = startWorkflow(definition, `${definition.kind}/${state.uuid}/${state.requestId}`, state.uuid, state, tx.now);
    this.turn(tx, row, (_definition, before, ctx) => runWorkflow(definition, before, ctx, tx.now), events);
  }

  /** One turn of a workflow: its rows, and then what follows from where it stands. */
  private turn(
    tx: UnitOfWork,
    before: AnyWorkflowRow,
    run: (definition: InstanceWorkflow, row: AnyWorkflowRow, ctx: StepContext) => AnyWorkflowRow,
    events: readonly ActionEvent[] = [],
  ): void {
    const definition = definitionOf(before);
    const ctx: StepContext = { cell: this.cell, scheduler: this.scheduler, tx, events: [...events] };
    const after = run(definition, before, ctx);
    if (after.done === null) {
      tx.workflows.put(after);
      this.showTaskState(tx, definition, after);
      this.tell(tx, instanceOf(tx, after.subject), ctx.events, after.state.requestId);
      return;
    }
    tx.workflows.remove(after.subject);
    this.finish(tx, after, ctx.events);
  }

  private finish(tx: UnitOfWork, workflow: AnyWorkflowRow, events: readonly ActionEvent[]): void {
    const row = instanceOf(tx, workflow.subject);
    const { requestId } = workflow.state;
    if (row.placement.deleteRequest !== undefined && workflow.kind !== actOnGuest.kind) this.end(tx, row, events, requestId);
    else if (workflow.kind === buildInstance.kind && workflow.done === 'unwound') this.buildFailed(tx, row, workflow.error, events);
    else if (row.placement.softDeleteOrder) this.softDeleteNext(tx, row, row.placement.softDeleteOrder, events);
    else if (workflow.kind === awaitReclaim.kind) this.remove(tx, row, requestId);
    else if (row.vmState === 'soft-delete') this.start(tx, awaitReclaim, { uuid: row.uuid, requestId }, events);
    else if (workflow.kind === unshelveInstance.kind && workflow.done === 'unwound') this.unshelvingFailed(tx, row, workflow, events);
    else if (isJustShelved(row, workflow) && this.cell.shelvedOffloadSeconds >= 0)
      this.start(tx, offloadInstance, { uuid: row.uuid, requestId, stayMs: this.cell.shelvedOffloadSeconds * 1000 }, events);
    else this.tell(tx, row, events, requestId);
  }

  /** What was being done is over, and the instance was to be deleted softly after it. One that is on no host has nothing to keep. */
  private softDeleteNext(tx: UnitOfWork, row: InstanceRow, order: SoftDeleteOrder, events: readonly ActionEvent[]): void {
    const { softDeleteOrder: _begun, ...placement } = row.placement;
    const next = { ...row, placement };
    tx.instances.put(next);
    if (row.vmState === 'soft-delete') this.start(tx, awaitReclaim, { uuid: row.uuid, requestId: order.requestId }, events);
    else if (!row.host) this.end(tx, next, events, order.requestId);
    else {
      const { workflow, state } = softDeletionOf(next, order, true);
      this.start(tx, workflow, state, events);
    }
  }

  /** On another host while there is one that may do better. */
  private unshelvingFailed(tx: UnitOfWork, row: InstanceRow, { state, error }: AnyWorkflowRow, events: readonly ActionEvent[]): void {
    if (error?.kind === 'unavailable' && row.placement.triedHosts.length < MAX_HOSTS_TRIED) this.start(tx, unshelveInstance, state, events);
    else this.tell(tx, { ...row, taskState: null }, events, state.requestId);
  }

  /** On another host of this cell while there is one that may do better; else below; else back to the parent. */
  private buildFailed(tx: UnitOfWork, row: InstanceRow, error: StepFailure | null, events: readonly ActionEvent[]): void {
    const spec = specOf(tx, row.uuid);
    if (error?.kind === 'invalid') {
      const failed: InstanceRow = { ...row, vmState: 'error', taskState: null, fault: faultOf(error.message, tx.now) };
      tx.instances.put(failed);
      this.tell(tx, failed, events, spec.requestId);
    } else if (error?.kind === 'unavailable' && row.placement.triedHosts.length < MAX_HOSTS_TRIED) {
      this.build(tx, row.uuid, spec, events);
    } else {
      // The trail has it already, host by host.
      tx.instances.put({ ...row, placement: withTriedCell(row.placement, OWN_HOSTS, []) });
      this.place(tx, row.uuid, spec, events);
    }
  }

  /** The end of an instance in this cell. */
  private end(tx: UnitOfWork, row: InstanceRow, events: readonly ActionEvent[], requestId: string): void {
    const tombstone = { ...tombstoneOf(row, tx.now), highestEpoch: row.highestEpoch };
    tx.instances.put(tombstone);
    if (!this.cell.isRoot) tx.requestSpecs.remove(row.uuid);
    const version = { epoch: Math.max(tombstone.epoch, tombstone.placedEpoch), generation: tombstone.generation };
    this.upward.deleted(tx, row.uuid, version, events, requestId);
  }

  private showTaskState(tx: UnitOfWork, definition: InstanceWorkflow, workflow: AnyWorkflowRow): void {
    const row = instanceOf(tx, workflow.subject);
    const taskState: TaskState | null =
      row.placement.deleteRequest !== undefined ? 'deleting' : (definition.steps[workflow.step]?.taskState ?? row.taskState);
    if (taskState !== row.taskState) tx.instances.put({ ...row, taskState });
  }

  /** Tells the cells above how the instance stands: a new generation of it. */
  private tell(tx: UnitOfWork, row: InstanceRow, events: readonly ActionEvent[], requestId: string, move = row.move): void {
    const next: InstanceRow = {
      ...row,
      epoch: row.placedEpoch,
      generation: row.generation + 1,
      cellPath: this.cell.path,
      updatedAt: tx.now,
    };
    tx.instances.put(next);
    this.cell.log.info('instance state', {
      requestId,
      instanceUuid: row.uuid,
      vmState: next.vmState,
      taskState: next.taskState,
      host: next.host,
      owner: this.cell.path,
    });
    this.upward.state(tx, reportOf({ ...next, move }, this.cell.path, events), requestId);
  }
}

type SteeringOrder = MoveOrder & { name: 'abortLive' | 'completeLive' };

/** A host's answer to what is being done with the guest is all that it waits for, or nothing is being done yet. */
const canBeLeft = (workflow: AnyWorkflowRow): boolean => workflow.kind === actOnGuest.kind || !isBusy(workflow);

/** Something is being done with an instance, rather than waited for its time. */
const isBusy = (workflow: AnyWorkflowRow | undefined): boolean =>
  workflow !== undefined && !onlyStays(workflow) && !onlyAwaitsReclaim(workflow);

const isJustShelved = ({ vmState }: InstanceRow, { state }: AnyWorkflowRow): boolean =>
  vmState === 'shelved' && state.action?.name === 'shelve';

const definitionOf = (row: AnyWorkflowRow): InstanceWorkflow => {
  const definition = WORKFLOWS[row.kind];
  if (!definition) throw new CloudError('internal', `there is no workflow '${row.kind}'`);
  return definition;
};
