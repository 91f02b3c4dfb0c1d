import { advance, defineWorkflow } from '#workflow';
import { instanceOf } from './instances.js';
import { destroyGuestStep } from './steps/destroy-guest.step.js';
import { type InstanceStep, type InstanceWorkflow, toldInTheLog } from './workflow-context.js';

const releaseHostStep: InstanceStep = {
  taskState: 'deleting',
  run({ uuid }, { tx, scheduler }) {
    const row = instanceOf(tx, uuid);
    scheduler.releaseHost(tx, row);
    tx.instances.put({ ...row, claim: null });
    return advance();
  },
};

/** The room is given back after the guest is gone, never before: the next claim would overfill the host. */
export const deleteInstance: InstanceWorkflow = defineWorkflow(
  'delete-instance',
  1,
  { destroyGuest: destroyGuestStep, releaseHost: releaseHostStep },
  toldInTheLog,
);
