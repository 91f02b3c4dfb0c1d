import { PowerState } from '#domain';
import { advance, defineWorkflow, retryAfter } from '#workflow';
import { instanceOf } from '../instances.js';
import { destroyedTold, destroyGuestStep } from '../steps/destroy-guest.step.js';
import {
  type AnyWorkflowRow,
  type InstanceStep,
  type InstanceWorkflow,
  type InstanceWorkflowState,
  type StepContext,
  toldInTheLog,
} from '../workflow-context.js';

const OFFLOADING = 'shelving_offloading';

/** A shelved instance stays on its host for a while, off: unshelved within it, it need not be made anew. */
const stayStep: InstanceStep = {
  attempts: 2,
  run({ uuid, stayMs }, { tx }, turn) {
    const goesNow = stayMs === undefined || stayMs === 0 || turn.attempt > 0;
    tx.instances.put({ ...instanceOf(tx, uuid), taskState: goesNow ? OFFLOADING : null });
    // Even without a stay it is another transaction that goes on, one which has the hosts loaded.
    return stayMs === undefined || turn.attempt > 0 ? advance() : retryAfter(Math.max(stayMs, 1) / 1000);
  },
  undo: staysShelved,
};

const offloadGuestStep: InstanceStep = {
  ...destroyGuestStep,
  taskState: OFFLOADING,
  resumed: destroyedTold('compute_shelve_offload_instance'),
};

/** The room is given back after the guest is gone, never before. What there is of the instance now is its image. */
const leaveHostStep: InstanceStep = {
  taskState: OFFLOADING,
  run({ uuid }, { tx, scheduler }) {
    const row = instanceOf(tx, uuid);
    scheduler.releaseHost(tx, row);
    const gone = { host: null, node: null, claim: null, powerState: PowerState.SHUTDOWN };
    tx.instances.put({ ...row, ...gone, vmState: 'shelved_offloaded', taskState: null });
    return advance();
  },
};

function staysShelved({ uuid }: InstanceWorkflowState, { tx }: StepContext): void {
  tx.instances.put({ ...instanceOf(tx, uuid), taskState: null });
}

/** How a cell takes a shelved instance off its host. A host that is down removes the guest when it comes back. */
export const offloadInstance: InstanceWorkflow = defineWorkflow(
  'offload-instance',
  1,
  { stay: stayStep, offloadGuest: offloadGuestStep, leaveHost: leaveHostStep },
  toldInTheLog,
);

/** Nothing is being done yet: whatever else is wanted of the instance goes first. */
export const onlyStays = ({ kind, step, state }: AnyWorkflowRow): boolean =>
  kind === offloadInstance.kind && step === 'stay' && state.stayMs !== undefined && state.stayMs > 0;
