import { advance, defineWorkflow, fail, retryAfter } from '#workflow';
import { destroyOn, guestDestroyed } from '../steps/destroy-guest.step.js';
import { specOf } from '../steps/spec-of.js';
import { eventOf, type InstanceStep, type InstanceWorkflow, toldInTheLog } from '../workflow-context.js';
import { claimDestinationStep } from './claim-destination.step.js';
import { isInPlace, movingInstance, powerOf, putMove, sendMove } from './move-steps.js';

/*
 * A cold move. The guest is turned off and put aside on its host before it is made anew on the other, and it is made anew nowhere before
 * what was made elsewhere is gone: of its two hosts, one at most has it on. Until the user confirms, the instance holds the room of both.
 *
 * The guest made anew belongs to a placement of its own, whose epoch is given out when its host is claimed: whatever is on its way from
 * an earlier one cannot touch it, and what is on its way to it finds nothing once it was destroyed.
 */

const setAsideStep: InstanceStep = {
  taskState: 'resize_migrating',
  attempts: 1,
  undoAttempts: Number.MAX_SAFE_INTEGER,
  run(state, ctx) {
    const { row } = movingInstance(ctx.tx, state.uuid);
    putMove(ctx.tx, row, { status: 'migrating' });
    return sendMove(row.host!, { name: 'setAside' }, row.placedEpoch, state, ctx);
  },
  resumed(state, answer, { tx, events }) {
    events.push(eventOf('compute_resize_instance', answer));
    const { error, offer } = answer.outcome;
    if (error) return fail({ kind: 'internal', message: error.message });
    const { row } = movingInstance(tx, state.uuid);
    state.offer = offer ?? null;
    putMove(tx, row, { status: 'post-migrating' }, powerOf(answer));
    return advance();
  },
  /** Back to where it was, as a newer placement than the one that failed. */
  undo(state, ctx) {
    const { row, move } = movingInstance(ctx.tx, state.uuid);
    const epoch = row.highestEpoch + 1;
    ctx.tx.instances.put({ ...row, placedEpoch: epoch, highestEpoch: epoch });
    return sendMove(row.host!, { name: 'restore', running: move.formerVmState === 'active' }, epoch, state, ctx);
  },
  undoResumed({ uuid }, answer, { tx, events }) {
    events.push(eventOf('compute_finish_revert_resize', answer));
    // A guest that is not there cannot be brought back: the host's list tells of it.
    if (answer.outcome.error && answer.outcome.error.kind !== 'notFound') return retryAfter(5);
    const { row } = movingInstance(tx, uuid);
    tx.instances.put({ ...row, ...powerOf(answer) });
    return advance();
  },
};

/** Its host says when it makes the guest: `resize_finish`. */
const receiveStep: InstanceStep = {
  taskState: 'resize_migrated',
  /** Each waits for `timings.command`: large disks take their time. */
  attempts: 24,
  undoAttempts: Number.MAX_SAFE_INTEGER,
  run(state, ctx) {
    const { move } = movingInstance(ctx.tx, state.uuid);
    const spec = { ...specOf(ctx.tx, state.uuid), flavor: move.newFlavor };
    const offer = isInPlace(move) ? null : (state.offer ?? { files: [] });
    const running = move.formerVmState === 'active';
    return sendMove(move.destHost!, { name: 'receive', spec, offer, running }, move.epoch, state, ctx);
  },
  resumed({ uuid }, answer, { tx, events }) {
    events.push(eventOf('compute_finish_resize', answer));
    const { error, finishedAt } = answer.outcome;
    if (error) return fail({ kind: 'internal', message: error.message });
    const { row, move } = movingInstance(tx, uuid);
    putMove(
      tx,
      row,
      { status: 'finished', held: row.claim },
      {
        ...powerOf(answer),
        host: move.destHost,
        node: move.destNode,
        claim: move.held,
        placedEpoch: move.epoch,
        vmState: 'resized',
        taskState: null,
        launchedAt: finishedAt,
        fault: null,
      },
    );
    return advance();
  },
  undo(state, ctx, turn) {
    const { move } = movingInstance(ctx.tx, state.uuid);
    if (isInPlace(move)) return advance();
    return destroyOn(move.destHost, state, ctx, turn, { until: 'it is gone' });
  },
  undoResumed: guestDestroyed,
};

/** How a cell resizes an instance, or moves it to another host while it is off. */
export const moveInstance: InstanceWorkflow = defineWorkflow(
  'move-instance',
  1,
  { claimDestination: claimDestinationStep, setAside: setAsideStep, receive: receiveStep },
  toldInTheLog,
);
