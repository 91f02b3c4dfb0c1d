import { advance, defineWorkflow } from '#workflow';
import { instanceOf } from './instances.js';
import { otherHostOf } from './moves/held.js';
import type { InstanceRow } from './rows.js';
import { destroyGuestStep, destroyOn } from './steps/destroy-guest.step.js';
import { type InstanceStep, type InstanceWorkflow, toldInTheLog } from './workflow-context.js';

const releaseHostStep: InstanceStep = {
  taskState: 'deleting',
  run({ uuid }, { tx, scheduler }) {
    const row = instanceOf(tx, uuid);
    scheduler.releaseHost(tx, row);
    scheduler.release(tx, otherHostOf(row), row.move?.held ?? null);
    tx.instances.put({ ...row, claim: null, move: row.move && { ...row.move, held: null } });
    return advance();
  },
};

/** The other host of a move has a guest of it too, or something of one. */
const destroyMovedStep: InstanceStep = {
  ...destroyGuestStep,
  run: (state, ctx, turn) => destroyOn(otherHostOf(instanceOf(ctx.tx, state.uuid)), state, ctx, turn),
};

/** The room is given back after the guest is gone, never before: the next claim would overfill the host. */
export const deleteInstance: InstanceWorkflow = defineWorkflow(
  'delete-instance',
  1,
  { destroyGuest: destroyGuestStep, releaseHost: releaseHostStep },
  toldInTheLog,
);

/** The same for one that is moved between two hosts, or waits there to be confirmed. */
export const deleteMovedInstance: InstanceWorkflow = defineWorkflow(
  'delete-moved-instance',
  1,
  { destroyMoved: destroyMovedStep, destroyGuest: destroyGuestStep, releaseHost: releaseHostStep },
  toldInTheLog,
);

/** Which of the two it takes. */
export const deletionOf = (row: InstanceRow): InstanceWorkflow => {
  const other = otherHostOf(row);
  return other !== null && other !== row.host ? deleteMovedInstance : deleteInstance;
};

export const isDeletion = ({ kind }: { readonly kind: string }): boolean =>
  kind === deleteInstance.kind || kind === deleteMovedInstance.kind;
