import { PowerState } from '#domain';
import { advance, defineWorkflow, fail, type Outcome, retryAfter } from '#workflow';
import { instanceOf } from '../instances.js';
import { destroyOn, guestDestroyed } from '../steps/destroy-guest.step.js';
import { specOf } from '../steps/spec-of.js';
import {
  type AnyWorkflowRow,
  eventOf,
  type InstanceStep,
  type InstanceWorkflow,
  type InstanceWorkflowState,
  type StepContext,
  toldInTheLog,
} from '../workflow-context.js';
import { claimDestinationStep } from './claim-destination.step.js';
import { otherHostOf } from './held.js';
import { giveBack, giveBackStep, hasArrived, leaveSourceStep, placeAfter } from './leave-source.step.js';
import { movingInstance, powerOf, putMove, sendMove } from './move-steps.js';

/*
 * A live migration. The host that has the guest decides whose it is: while its answer to `send` is awaited the guest is its own; an
 * error says that the guest is still there, success that it is not, and from that moment on the other host has it. An answer that does
 * not come says nothing, so the host is asked again for as long as it takes: it finds what it was doing, or that it is done.
 *
 * Turning back begins where the guest is: its host ends whatever sends it, and gives it a newer placement, so that an order to send it
 * which is still on its way is refused. Should the guest have been sent after all, there is nothing to turn back to: it is welcomed where
 * it is, and the move ends as one that succeeded. Nothing is destroyed on either host before it is known where the guest is.
 */

const MIGRATING = { taskState: 'migrating' } as const;

const claimStep: InstanceStep = {
  ...claimDestinationStep,
  ...MIGRATING,
  undo(state, ctx, turn) {
    if (hasArrived(ctx.tx, state.uuid)) return settle(state, ctx);
    const { row } = movingInstance(ctx.tx, state.uuid);
    claimDestinationStep.undo!(state, ctx, turn);
    // It goes on as it did, so there is no fault to show; the action log says why it did not move.
    const status = state.aborted ? 'cancelled' : 'error';
    putMove(ctx.tx, instanceOf(ctx.tx, state.uuid), { status }, { vmState: row.vmState, fault: row.fault });
  },
};

const expectStep: InstanceStep = {
  ...MIGRATING,
  attempts: 1,
  undoAttempts: Number.MAX_SAFE_INTEGER,
  run(state, ctx) {
    const { row, move } = movingInstance(ctx.tx, state.uuid);
    putMove(ctx.tx, row, { status: 'preparing' });
    return sendMove(move.destHost!, { name: 'expect', spec: specOf(ctx.tx, state.uuid) }, move.epoch, state, ctx);
  },
  resumed(state, answer, { events }) {
    events.push(eventOf('compute_pre_live_migration', answer));
    const { error, offer } = answer.outcome;
    if (error) return fail({ kind: 'internal', message: error.message });
    state.address = offer?.address ?? '';
    return advance();
  },
  undo(state, ctx, turn) {
    const { row, move } = movingInstance(ctx.tx, state.uuid);
    // What was sent after all leaves files where it was, which no list of guests tells of.
    return destroyOn(hasArrived(ctx.tx, state.uuid) ? otherHostOf(row) : move.destHost, state, ctx, turn);
  },
  undoResumed: guestDestroyed,
};

const sendStep: InstanceStep = {
  ...MIGRATING,
  /** Each waits for `timings.command`. */
  attempts: 100,
  undoAttempts: Number.MAX_SAFE_INTEGER,
  run(state, ctx) {
    const { row } = movingInstance(ctx.tx, state.uuid);
    putMove(ctx.tx, row, { status: 'running' });
    return sendMove(row.host!, { name: 'send', to: state.address ?? '' }, row.placedEpoch, state, ctx);
  },
  resumed({ uuid }, answer, { tx, events }) {
    events.push(eventOf('compute_live_migration', answer));
    const { error } = answer.outcome;
    if (error) return fail({ kind: 'internal', message: error.message });
    arriveIn(tx, uuid);
    return advance();
  },
  undo(state, ctx) {
    if (hasArrived(ctx.tx, state.uuid)) return advance();
    const { row } = movingInstance(ctx.tx, state.uuid);
    const epoch = row.highestEpoch + 1;
    ctx.tx.instances.put({ ...row, placedEpoch: epoch, highestEpoch: epoch });
    return sendMove(row.host!, { name: 'stay', paused: row.vmState === 'paused' }, epoch, state, ctx);
  },
  undoResumed({ uuid }, answer, { tx, events }) {
    events.push(eventOf('compute_rollback_live_migration', answer));
    const { error } = answer.outcome;
    if (error && error.kind !== 'notFound') return retryAfter(5);
    if (error) arriveIn(tx, uuid);
    else tx.instances.put({ ...instanceOf(tx, uuid), ...powerOf(answer) });
    return advance();
  },
};

/** It has the placement that was given out with the other host's room. */
const arriveIn = (tx: StepContext['tx'], uuid: string): void => {
  const { row, move } = movingInstance(tx, uuid);
  putMove(tx, row, { status: 'post-migrating', held: row.claim }, placeAfter(move));
};

const ARRIVALS = 24;

const arriveStep: InstanceStep = {
  ...MIGRATING,
  attempts: ARRIVALS,
  run(state, ctx) {
    const { row, move } = movingInstance(ctx.tx, state.uuid);
    const paused = row.vmState === 'paused';
    return sendMove(row.host!, { name: 'arrive', spec: specOf(ctx.tx, state.uuid), paused }, move.epoch, state, ctx);
  },
  resumed({ uuid }, answer, { tx, events }) {
    events.push(eventOf('compute_post_live_migration_at_destination', answer));
    if (answer.outcome.error) return retryAfter(5);
    tx.instances.put({ ...instanceOf(tx, uuid), ...powerOf(answer) });
    return advance();
  },
};

/** One that was sent all the same goes on where it is, or as its user has paused it: it may have been held still on the way. */
const welcomeStep: InstanceStep = {
  ...MIGRATING,
  undoAttempts: Number.MAX_SAFE_INTEGER,
  run: () => advance(),
  undo(state, ctx, turn) {
    const isWaitedFor = hasArrived(ctx.tx, state.uuid) && turn.attempt < ARRIVALS;
    return isWaitedFor ? arriveStep.run(state, ctx, turn) : advance();
  },
  undoResumed: (state, answer, ctx, turn) => arriveStep.resumed!(state, answer, ctx, turn),
};

const settleStep: InstanceStep = {
  run({ uuid }, { tx }) {
    const { row } = movingInstance(tx, uuid);
    const isOff = row.powerState === PowerState.SHUTDOWN && row.vmState === 'active';
    putMove(tx, row, { status: 'completed' }, { taskState: null, ...(isOff && { vmState: 'stopped' }) });
    return advance();
  },
};

/** Where something after the arrival went wrong. */
function settle(state: InstanceWorkflowState, ctx: StepContext): Outcome {
  giveBack(state, ctx);
  return settleStep.run(state, ctx, { now: ctx.tx.now, attempt: 0, error: null });
}

/** How a cell moves an instance to another host while it runs. */
export const liveMigrateInstance: InstanceWorkflow = defineWorkflow(
  'live-migrate-instance',
  1,
  {
    claimDestination: claimStep,
    expect: expectStep,
    welcome: welcomeStep,
    send: sendStep,
    arrive: arriveStep,
    leaveSource: leaveSourceStep('migrating'),
    giveBack: giveBackStep('migrating'),
    settle: settleStep,
  },
  toldInTheLog,
);

/** The host is asked, and its answer to `send` says what came of it; before that step there is nothing to ask, and it is turned back. */
export const isBeingSent = ({ kind, step, direction }: AnyWorkflowRow): boolean =>
  kind === liveMigrateInstance.kind && step === 'send' && direction === 'forward';

export const canBeAborted = ({ kind, step, direction }: AnyWorkflowRow): boolean =>
  kind === liveMigrateInstance.kind && direction === 'forward' && (step === 'claimDestination' || step === 'expect');
