import { isOver, PowerState } from '#domain';
import { advance, defineWorkflow, fail, type Turn } from '#workflow';
import { faultOf } from '../instances.js';
import { destroyedTold, destroyGuestStep, destroyOn } from '../steps/destroy-guest.step.js';
import {
  eventOf,
  type InstanceStep,
  type InstanceWorkflow,
  type InstanceWorkflowState,
  type StepContext,
  toldInTheLog,
} from '../workflow-context.js';
import { otherHostOf } from './held.js';
import { isInPlace, movingInstance, powerOf, putMove, sendMove } from './move-steps.js';

/** The user may try again. */
function backToVerifying({ uuid }: InstanceWorkflowState, { tx }: StepContext): void {
  const { row, move } = movingInstance(tx, uuid);
  if (!isOver(move)) putMove(tx, row, { status: 'finished' }, { taskState: null });
}

/** What was put aside goes. A host that is down does it when it comes back. */
export const removeSourceStep: InstanceStep = {
  ...destroyGuestStep,
  resumed: destroyedTold('compute_confirm_resize'),
  taskState: 'resize_confirming',
  run(state, ctx, turn) {
    const { row, move } = movingInstance(ctx.tx, state.uuid);
    putMove(ctx.tx, row, { status: 'confirming' });
    if (isInPlace(move)) return sendMove(row.host!, { name: 'forget' }, row.placedEpoch, state, ctx);
    return destroyOn(otherHostOf(row), state, ctx, turn);
  },
  undo: backToVerifying,
};

/** What was held for the way back is given back. */
export const settleStep: InstanceStep = {
  run({ uuid }, { tx, scheduler }) {
    const { row, move } = movingInstance(tx, uuid);
    scheduler.release(tx, otherHostOf(row), move.held);
    const vmState = row.vmState === 'resized' ? (row.powerState === PowerState.SHUTDOWN ? 'stopped' : 'active') : row.vmState;
    putMove(tx, row, { status: 'confirmed', held: null }, { vmState, taskState: null });
    return advance();
  },
};

/** The user is content with where the instance is now, and how large. */
export const confirmMove: InstanceWorkflow = defineWorkflow(
  'confirm-move',
  1,
  { removeSource: removeSourceStep, settle: settleStep },
  toldInTheLog,
);

/** Nothing runs where it was before this is certain to be gone. */
const removeDestinationStep: InstanceStep = {
  ...destroyGuestStep,
  resumed: destroyedTold('compute_revert_resize'),
  taskState: 'resize_reverting',
  /** Each waits for `timings.destroy`. */
  attempts: 100,
  run(state, ctx, turn) {
    const { row, move } = movingInstance(ctx.tx, state.uuid);
    putMove(ctx.tx, row, { status: 'reverting' });
    return isInPlace(move) ? advance() : destroyOn(row.host, state, ctx, turn, { until: 'it is gone' });
  },
  undo: giveUp,
};

const restoreSourceStep: InstanceStep = {
  taskState: 'resize_reverting',
  attempts: 3,
  run(state, ctx) {
    const { row, move } = movingInstance(ctx.tx, state.uuid);
    const epoch = row.highestEpoch + 1;
    ctx.tx.instances.put({ ...row, highestEpoch: epoch });
    return sendMove(otherHostOf(row)!, { name: 'restore', running: move.formerVmState === 'active' }, epoch, state, ctx);
  },
  resumed({ uuid }, answer, ctx) {
    ctx.events.push(eventOf('compute_finish_revert_resize', answer));
    const { error } = answer.outcome;
    if (error) return fail({ kind: 'internal', message: error.message });
    comeBack(uuid, ctx, 'reverted');
    const { row, move } = movingInstance(ctx.tx, uuid);
    ctx.tx.instances.put({ ...row, ...powerOf(answer), vmState: move.formerVmState, taskState: null });
    return advance();
  },
  undo: giveUp,
};

/** What it was moved to is gone, or its host does not answer: the files are where it came from, and an administrator must look. */
function giveUp({ uuid }: InstanceWorkflowState, ctx: StepContext, { error }: Turn): void {
  if (movingInstance(ctx.tx, uuid).move.status !== 'reverting') return;
  comeBack(uuid, ctx, 'error');
  const { row } = movingInstance(ctx.tx, uuid);
  const fault = faultOf(error?.message ?? 'the resize could not be reverted', ctx.tx.now);
  ctx.tx.instances.put({ ...row, powerState: PowerState.NOSTATE, vmState: 'error', taskState: null, fault });
}

/** It belongs to the host that it came from again, under the placement given out last. */
const comeBack = (uuid: string, { tx, scheduler }: StepContext, status: 'reverted' | 'error'): void => {
  const { row, move } = movingInstance(tx, uuid);
  scheduler.releaseHost(tx, row);
  const home = { host: move.sourceHost, node: move.sourceNode, claim: move.held, placedEpoch: row.highestEpoch };
  putMove(tx, row, { status, held: null }, home);
};

/** The user wants the instance back as it was. */
export const revertMove: InstanceWorkflow = defineWorkflow(
  'revert-move',
  1,
  { removeDestination: removeDestinationStep, restoreSource: restoreSourceStep },
  toldInTheLog,
);
