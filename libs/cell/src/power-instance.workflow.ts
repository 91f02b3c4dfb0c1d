import { actionGuards, PowerState, type PowerStateCode, type VmState } from '#domain';
import { advance, defineWorkflow, fail, waitFor } from '#workflow';
import { instanceOf } from './instances.js';
import { eventOf, type InstanceStep, type InstanceWorkflow, outcomeOf, toldInTheLog } from './workflow-context.js';

/** Nova's names of the events, by action. */
const EVENTS = {
  stop: 'compute_stop_instance',
  start: 'compute_start_instance',
  rebootSoft: 'compute_reboot_instance',
  rebootHard: 'compute_reboot_instance',
} as const;

/** What a power state means for an instance that is neither built nor moved at the time. */
export const vmStateOf = (powerState: PowerStateCode, former: VmState): VmState => {
  if (powerState === PowerState.RUNNING) return 'active';
  if (powerState === PowerState.SHUTDOWN || powerState === PowerState.CRASHED) return 'stopped';
  return former;
};

const powerGuestStep: InstanceStep = {
  attempts: 1,
  run({ uuid, requestId, action }, { tx, cell }) {
    const row = instanceOf(tx, uuid);
    tx.instances.put({ ...row, taskState: actionGuards[action!].taskState });
    const command = cell.sendToHost(tx, row.host!, 'guest.power', requestId, {
      instanceUuid: uuid,
      epoch: row.placedEpoch,
      requestId,
      action: action!,
    });
    return waitFor(outcomeOf(command), cell.timings.command);
  },
  resumed({ uuid, action }, answer, { tx, events }) {
    events.push(eventOf(EVENTS[action!], answer));
    const { error } = answer.outcome;
    const powerState = answer.outcome.powerState as PowerStateCode;
    const row = instanceOf(tx, uuid);
    tx.instances.put({ ...row, powerState, vmState: vmStateOf(powerState, row.vmState), taskState: null });
    return error ? fail({ kind: 'internal', message: error.message }) : advance();
  },
  // Nothing is taken back: the guest is as the host last said, and the user may try again.
  undo({ uuid }, { tx }) {
    tx.instances.put({ ...instanceOf(tx, uuid), taskState: null });
  },
};

export const powerInstance: InstanceWorkflow = defineWorkflow('power-instance', 1, { powerGuest: powerGuestStep }, toldInTheLog);
