import { PowerState } from '#domain';
import { advance, defineWorkflow, fail, type Outcome, retryAfter, waitFor } from '#workflow';
import { faultOf, instanceOf } from '../instances.js';
import { destroyOn, guestDestroyed } from '../steps/destroy-guest.step.js';
import { specOf } from '../steps/spec-of.js';
import {
  eventOf,
  type InstanceStep,
  type InstanceWorkflow,
  type InstanceWorkflowState,
  outcomeOf,
  type StepContext,
  toldInTheLog,
} from '../workflow-context.js';
import { claimDestinationStep } from './claim-destination.step.js';
import { giveBack, giveBackStep, hasArrived, leaveSourceStep, placeAfter } from './leave-source.step.js';
import { movingInstance, powerOf, putMove } from './move-steps.js';

/*
 * The host of an instance is down, and an operator says that it is off for certain: what it has of the guest is lost, and the guest is
 * made anew of its image on another host. What the lost host still has is destroyed last, so that an evacuation which fails loses
 * nothing; that order waits for the host, and is the first thing that it does when it comes back.
 *
 * The guest made anew belongs to a placement of its own. Its epoch is higher than any before, so what is on its way to or from the lost
 * host does not touch it.
 */

const claimStep: InstanceStep = {
  ...claimDestinationStep,
  taskState: 'rebuilding',
  /** Nova leaves a server that could not be evacuated in ERROR, from which it can be evacuated again. */
  undo(state, ctx, turn) {
    if (hasArrived(ctx.tx, state.uuid)) return settle(state, ctx);
    claimDestinationStep.undo!(state, ctx, turn);
    const fault = faultOf(turn.error?.message ?? 'the evacuation failed', ctx.tx.now);
    putMove(ctx.tx, instanceOf(ctx.tx, state.uuid), { status: 'failed' }, { vmState: 'error', fault });
  },
};

/** The order as it is from now on: the image with a link that is good, the password of the new guest's administrator. */
const specAnew = ({ uuid, evacuation }: InstanceWorkflowState, { tx }: StepContext) => {
  const { image, adminPassword } = evacuation!;
  return { ...specOf(tx, uuid), image, adminPassword };
};

const spawnElsewhereStep: InstanceStep = {
  taskState: 'rebuild_spawning',
  attempts: 1,
  undoAttempts: Number.MAX_SAFE_INTEGER,
  run(state, ctx) {
    const { tx, cell } = ctx;
    const { uuid, requestId } = state;
    const { move } = movingInstance(tx, uuid);
    const deadline = tx.now + cell.timings.command * 1000;
    const spec = { ...specAnew(state, ctx), requestId };
    const command = cell.sendToHost(tx, move.destHost!, 'guest.spawn', requestId, { spec, epoch: move.epoch }, deadline);
    return waitFor(outcomeOf(command), cell.timings.command);
  },
  resumed({ uuid }, answer, { tx, events }) {
    events.push(eventOf('compute_rebuild_instance', answer));
    const { error, finishedAt } = answer.outcome;
    if (error) return fail({ kind: 'internal', message: error.message });
    const { row, move } = movingInstance(tx, uuid);
    putMove(tx, row, { held: row.claim }, { ...powerOf(answer), ...placeAfter(move), launchedAt: finishedAt, fault: null });
    return advance();
  },
  undo(state, ctx, turn) {
    const { move } = movingInstance(ctx.tx, state.uuid);
    return hasArrived(ctx.tx, state.uuid) ? advance() : destroyOn(move.destHost, state, ctx, turn);
  },
  undoResumed: guestDestroyed,
};

/** A host's answer brings its instance along and nothing else: it is another transaction that goes on, with the hosts. */
const keepOrderStep: InstanceStep = {
  taskState: 'rebuild_spawning',
  attempts: 2,
  run(state, ctx, turn) {
    if (turn.attempt === 0) return retryAfter(0.001);
    ctx.tx.requestSpecs.put({ uuid: state.uuid, spec: specAnew(state, ctx) });
    return advance();
  },
};

/**
 * One that was off is off again. It is on for a moment: only a guest that was once started has what its image brings along. One that
 * cannot be turned off stays on, for it is evacuated all the same.
 */
const turnOffStep: InstanceStep = {
  taskState: 'powering-off',
  attempts: 3,
  run({ uuid, requestId, evacuation }, { tx, cell }) {
    const { row, move } = movingInstance(tx, uuid);
    if (!evacuation!.staysOff && move.formerVmState !== 'stopped') return advance();
    const order = { instanceUuid: uuid, epoch: row.placedEpoch, requestId, action: { name: 'stop' as const } };
    return waitFor(outcomeOf(cell.sendToHost(tx, row.host!, 'guest.act', requestId, order)), cell.timings.command);
  },
  resumed({ uuid }, answer, { tx, events }) {
    events.push(eventOf('compute_stop_instance', answer));
    const { row } = movingInstance(tx, uuid);
    tx.instances.put({ ...row, ...powerOf(answer) });
    return advance();
  },
};

const settleStep: InstanceStep = {
  run({ uuid }, { tx }) {
    const { row } = movingInstance(tx, uuid);
    const vmState = row.powerState === PowerState.SHUTDOWN ? 'stopped' : 'active';
    putMove(tx, row, { status: 'done' }, { vmState, taskState: null });
    return advance();
  },
};

/** Where something after the arrival went wrong. */
function settle(state: InstanceWorkflowState, ctx: StepContext): Outcome {
  giveBack(state, ctx);
  return settleStep.run(state, ctx, { now: ctx.tx.now, attempt: 0, error: null });
}

/** How a cell makes an instance anew whose host is down. */
export const evacuateInstance: InstanceWorkflow = defineWorkflow(
  'evacuate-instance',
  1,
  {
    claimDestination: claimStep,
    spawnElsewhere: spawnElsewhereStep,
    keepOrder: keepOrderStep,
    leaveSource: leaveSourceStep('rebuild_spawning'),
    giveBack: giveBackStep('rebuild_spawning'),
    turnOff: turnOffStep,
    settle: settleStep,
  },
  toldInTheLog,
);
