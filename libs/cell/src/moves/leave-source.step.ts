import type { Move } from '#contracts';
import type { TaskState } from '#domain';
import { advance, retryAfter } from '#workflow';
import type { InstanceRow } from '../rows.js';
import { destroyGuestStep, destroyOn } from '../steps/destroy-guest.step.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { InstanceStep, InstanceWorkflowState, StepContext } from '../workflow-context.js';
import { otherHostOf } from './held.js';
import { movingInstance, putMove } from './move-steps.js';

/* How a move ends that nobody confirms: the instance is on the other host, and leaves the one that it came from. */

/** From then on there is no way back: what is left of it where it came from is worth nothing. */
export const hasArrived = (tx: UnitOfWork, uuid: string): boolean => {
  const { row, move } = movingInstance(tx, uuid);
  return row.host === move.destHost;
};

/** The other host has it, with the room that was claimed there. */
export const placeAfter = ({ destHost, destNode, held, epoch }: Move): Pick<InstanceRow, 'host' | 'node' | 'claim' | 'placedEpoch'> => ({
  host: destHost,
  node: destNode,
  claim: held,
  placedEpoch: epoch,
});

/** What is left where it came from is destroyed. A host that is down does it when it comes back. */
export const leaveSourceStep = (taskState: TaskState): InstanceStep => ({
  ...destroyGuestStep,
  taskState,
  run: (state, ctx, turn) => destroyOn(otherHostOf(movingInstance(ctx.tx, state.uuid).row), state, ctx, turn),
  resumed: (_state, { outcome }) => (outcome.error ? retryAfter(5) : advance()),
});

export const giveBack = ({ uuid }: InstanceWorkflowState, { tx, scheduler }: StepContext): void => {
  const { row, move } = movingInstance(tx, uuid);
  scheduler.release(tx, otherHostOf(row), move.held);
  putMove(tx, row, { held: null });
};

export const giveBackStep = (taskState: TaskState): InstanceStep => ({
  taskState,
  run(state, ctx) {
    giveBack(state, ctx);
    return advance();
  },
});
