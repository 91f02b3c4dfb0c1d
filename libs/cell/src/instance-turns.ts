import type { ActionEvent, BuildSpec } from '#contracts';
import type { TaskState } from '#domain';
import { OWN_HOSTS } from '#scheduling';
import { abort, deliver, isDue, runWorkflow, type StepFailure, startWorkflow } from '#workflow';
import { actOnGuest } from './act-on-guest.workflow.js';
import { buildInstance } from './build-instance.workflow.js';
import type { Cell } from './cell.js';
import { deletionOf, isDeletion } from './delete-instance.workflow.js';
import { definitionOf } from './instance-workflows.js';
import { faultOf, instanceOf } from './instances.js';
import { OwnersWord } from './owners-word.js';
import { type Scheduler, withTriedCell } from './placement.js';
import { softDeletionOf } from './plan-action.js';
import type { InstanceRow, SoftDeleteOrder } from './rows.js';
import { offloadInstance } from './shelving/offload-instance.workflow.js';
import { unshelveInstance } from './shelving/unshelve-instance.workflow.js';
import { awaitReclaim } from './soft-delete/soft-delete.workflows.js';
import { specOf } from './steps/spec-of.js';
import type { UnitOfWork } from './unit-of-work.js';
import type { Upward } from './upward.js';
import type { AnyWorkflowRow, InstanceWorkflow, InstanceWorkflowState, OutcomeEvent, StepContext } from './workflow-context.js';

/**
 * The life of an instance in this cell: where it goes, which workflow it is in, and what follows when one ends. One workflow at a time
 * per instance; a deletion takes the place of any other.
 */
export class InstanceTurns {
  protected readonly word: OwnersWord;

  constructor(
    protected readonly cell: Cell,
    protected readonly scheduler: Scheduler,
    upward: Upward,
  ) {
    this.word = new OwnersWord(cell, upward);
  }

  /** Finds a place for an instance that has none: a host here or a child below, as one choice. */
  place(tx: UnitOfWork, uuid: string, spec: BuildSpec, events: readonly ActionEvent[] = []): void {
    if (this.scheduler.choose(tx, uuid, spec, events)) this.build(tx, uuid, spec, events);
  }

  /** After a child has given it back. A server that its user has deleted meanwhile is not built again. */
  placeElsewhere(tx: UnitOfWork, row: InstanceRow, events: readonly ActionEvent[], requestId: string): void {
    if (row.placement.deleteRequest === undefined) this.place(tx, row.uuid, specOf(tx, row.uuid), events);
    else this.word.end(tx, row, events, requestId);
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
    else this.word.end(tx, next, [], requestId);
  }

  protected start(tx: UnitOfWork, definition: InstanceWorkflow, state: InstanceWorkflowState, events: readonly ActionEvent[] = []): void {
    const row: AnyWorkflowRow = startWorkflow(definition, `${definition.kind}/${state.uuid}/${state.requestId}`, state.uuid, state, tx.now);
    this.turn(tx, row, (_definition, before, ctx) => runWorkflow(definition, before, ctx, tx.now), events);
  }

  /** One turn of a workflow: its rows, and then what follows from where it stands. */
  protected turn(
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
      this.word.tell(tx, instanceOf(tx, after.subject), ctx.events, after.state.requestId);
      return;
    }
    tx.workflows.remove(after.subject);
    this.finish(tx, after, ctx.events);
  }

  /** A host has answered a command. An answer that nobody waits for changes nothing. */
  answered(tx: UnitOfWork, uuid: string, event: OutcomeEvent): void {
    const workflow = tx.workflows.get(uuid);
    if (!workflow || workflow.waitingFor !== event.name) return;
    this.turn(tx, workflow, (definition, before, ctx) => deliver(definition, before, event, ctx, tx.now).row);
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

  private finish(tx: UnitOfWork, workflow: AnyWorkflowRow, events: readonly ActionEvent[]): void {
    const row = instanceOf(tx, workflow.subject);
    const { requestId } = workflow.state;
    if (row.placement.deleteRequest !== undefined && workflow.kind !== actOnGuest.kind) this.word.end(tx, row, events, requestId);
    else if (workflow.kind === buildInstance.kind && workflow.done === 'unwound') this.buildFailed(tx, row, workflow.error, events);
    else if (row.placement.softDeleteOrder) this.softDeleteNext(tx, row, row.placement.softDeleteOrder, events);
    else if (workflow.kind === awaitReclaim.kind) this.remove(tx, row, requestId);
    else if (row.vmState === 'soft-delete') this.start(tx, awaitReclaim, { uuid: row.uuid, requestId }, events);
    else if (workflow.kind === unshelveInstance.kind && workflow.done === 'unwound') this.unshelvingFailed(tx, row, workflow, events);
    else if (isJustShelved(row, workflow) && this.cell.shelvedOffloadSeconds >= 0)
      this.start(tx, offloadInstance, { uuid: row.uuid, requestId, stayMs: this.cell.shelvedOffloadSeconds * 1000 }, events);
    else this.word.tell(tx, row, events, requestId);
  }

  /** What was being done is over, and the instance was to be deleted softly after it. One that is on no host has nothing to keep. */
  protected softDeleteNext(tx: UnitOfWork, row: InstanceRow, order: SoftDeleteOrder, events: readonly ActionEvent[]): void {
    const { softDeleteOrder: _begun, ...placement } = row.placement;
    const next = { ...row, placement };
    tx.instances.put(next);
    if (row.vmState === 'soft-delete') this.start(tx, awaitReclaim, { uuid: row.uuid, requestId: order.requestId }, events);
    else if (!row.host) this.word.end(tx, next, events, order.requestId);
    else {
      const { workflow, state } = softDeletionOf(next, order, true);
      this.start(tx, workflow, state, events);
    }
  }

  /** On another host while there is one that may do better. */
  private unshelvingFailed(tx: UnitOfWork, row: InstanceRow, { state, error }: AnyWorkflowRow, events: readonly ActionEvent[]): void {
    if (error?.kind === 'unavailable' && this.mayTryAnother(row)) this.start(tx, unshelveInstance, state, events);
    else this.word.tell(tx, { ...row, taskState: null }, events, state.requestId);
  }

  private mayTryAnother({ placement }: InstanceRow): boolean {
    return placement.triedHosts.length < this.cell.scheduling.maxAttempts;
  }

  /** On another host of this cell while there is one that may do better; else below; else back to the parent. */
  private buildFailed(tx: UnitOfWork, row: InstanceRow, error: StepFailure | null, events: readonly ActionEvent[]): void {
    const spec = specOf(tx, row.uuid);
    if (error?.kind === 'invalid') {
      const failed: InstanceRow = { ...row, vmState: 'error', taskState: null, fault: faultOf(error.message, tx.now) };
      tx.instances.put(failed);
      this.word.tell(tx, failed, events, spec.requestId);
    } else if (error?.kind === 'unavailable' && this.mayTryAnother(row)) {
      this.build(tx, row.uuid, spec, events);
    } else {
      // The trail has it already, host by host.
      tx.instances.put({ ...row, placement: withTriedCell(row.placement, OWN_HOSTS, []) });
      this.place(tx, row.uuid, spec, events);
    }
  }

  private build(tx: UnitOfWork, uuid: string, { requestId }: BuildSpec, events: readonly ActionEvent[]): void {
    this.start(tx, buildInstance, { uuid, requestId }, events);
  }

  private showTaskState(tx: UnitOfWork, definition: InstanceWorkflow, workflow: AnyWorkflowRow): void {
    const row = instanceOf(tx, workflow.subject);
    const taskState: TaskState | null =
      row.placement.deleteRequest !== undefined ? 'deleting' : (definition.steps[workflow.step]?.taskState ?? row.taskState);
    if (taskState !== row.taskState) tx.instances.put({ ...row, taskState });
  }
}

const isJustShelved = ({ vmState }: InstanceRow, { state }: AnyWorkflowRow): boolean =>
  vmState === 'shelved' && state.action?.name === 'shelve';
