import { guestActionOf, type PowerStateCode, vmStateFollowing } from '#domain';
import { advance, defineWorkflow, fail, waitFor } from '#workflow';
import { instanceOf } from './instances.js';
import { eventOf, type InstanceStep, type InstanceWorkflow, outcomeOf, toldInTheLog } from './workflow-context.js';

const actOnGuestStep: InstanceStep = {
  attempts: 1,
  run({ uuid, requestId, action }, { tx, cell }) {
    const row = instanceOf(tx, uuid);
    const { taskState, taskStateOnHost, limitSeconds } = guestActionOf(action!.name);
    const seconds = limitSeconds ?? cell.timings.command;
    tx.instances.put({ ...row, taskState: taskStateOnHost ?? taskState });
    const order = { instanceUuid: uuid, epoch: row.placedEpoch, requestId, action: action! };
    const command = cell.sendToHost(tx, row.host!, 'guest.act', requestId, order);
    return waitFor(outcomeOf(command), seconds);
  },
  resumed({ uuid, action }, answer, { tx, events }) {
    const { event, ends } = guestActionOf(action!.name);
    events.push(eventOf(event, answer));
    const { error } = answer.outcome;
    const powerState = answer.outcome.powerState as PowerStateCode;
    const row = instanceOf(tx, uuid);
    const vmState = error ? vmStateFollowing(powerState, row.vmState) : (ends ?? row.vmState);
    tx.instances.put({ ...row, powerState, vmState, taskState: null });
    return error ? fail({ kind: 'internal', message: error.message }) : advance();
  },
  // Nothing is taken back: the guest is as the host last said, and the user may try again.
  undo({ uuid }, { tx }) {
    tx.instances.put({ ...instanceOf(tx, uuid), taskState: null });
  },
};

/** How a cell has a host do something with a guest that it has. */
export const actOnGuest: InstanceWorkflow = defineWorkflow('act-on-guest', 1, { actOnGuest: actOnGuestStep }, toldInTheLog);
