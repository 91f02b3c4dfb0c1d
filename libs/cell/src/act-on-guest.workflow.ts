import type { GuestAction } from '#contracts';
import { type Failing, guestActionOf, PowerState, type PowerStateCode, vmStateFollowing } from '#domain';
import { whyNotOfImage } from '#scheduling';
import { advance, defineWorkflow, fail, waitFor } from '#workflow';
import { faultOf, instanceOf } from './instances.js';
import { discardRefused } from './refused-images.js';
import type { InstanceRow } from './rows.js';
import { specOf } from './steps/spec-of.js';
import {
  eventOf,
  failureAt,
  type InstanceStep,
  type InstanceWorkflow,
  type InstanceWorkflowState,
  outcomeOf,
  type StepContext,
  toldInTheLog,
} from './workflow-context.js';

/** Has the host of an instance do something with the guest. @returns the name of the event that answers it */
export const sendAction = (
  uuid: string,
  action: GuestAction,
  requestId: string,
  { tx, cell }: Pick<StepContext, 'tx' | 'cell'>,
  deadline?: number,
): string => {
  const { host, placedEpoch: epoch } = instanceOf(tx, uuid);
  const spec = guestActionOf(action.name).withSpec && { spec: specOf(tx, uuid) };
  return outcomeOf(cell.sendToHost(tx, host!, 'guest.act', requestId, { instanceUuid: uuid, epoch, requestId, action, ...spec }, deadline));
};

const actOnGuestStep: InstanceStep = {
  attempts: 1,
  run({ uuid, requestId, action }, { tx, cell, events }) {
    const row = instanceOf(tx, uuid);
    const misfit = action!.name === 'rebuild' ? whyNotRebuilt(row, { tx, cell }) : undefined;
    if (misfit !== undefined) {
      events.push(failureAt(tx.now, 'conductor_rebuild_server', requestId, misfit));
      return fail({ kind: 'noValidHost', message: misfit });
    }
    const { taskState, taskStateOnHost, limitSeconds } = guestActionOf(action!.name);
    const seconds = limitSeconds ?? cell.timings.command;
    tx.instances.put({ ...row, taskState: taskStateOnHost ?? taskState });
    return waitFor(sendAction(uuid, action!, requestId, { tx, cell }), seconds);
  },
  resumed(state, answer, { tx, cell, events }) {
    const { uuid, action } = state;
    const { event, ends, fails, turnsOff } = guestActionOf(action!.name);
    events.push(eventOf(event, answer));
    const { error, finishedAt } = answer.outcome;
    const powerState = answer.outcome.powerState as PowerStateCode;
    const row = { ...instanceOf(tx, uuid), powerState, taskState: null };
    if (error) {
      if (error.kind === 'deadlineExceeded') discardUnmade(state, { tx, cell });
      tx.instances.put(isBroken(fails, powerState, error.kind) ? broken(row, error.message, tx.now) : followed(row, turnsOff));
      return fail({ kind: 'internal', message: error.message });
    }
    if (action!.name === 'rebuild') tx.instances.put(remade(row, finishedAt));
    else tx.instances.put({ ...row, vmState: ends ?? row.vmState });
    return advance();
  },
  // Nothing is taken back: the guest is as the host last said, and the user may try again.
  undo(state, { tx, cell }, { error }) {
    const { uuid, action } = state;
    const row = instanceOf(tx, uuid);
    if (error?.kind === 'deadlineExceeded') discardUnmade(state, { tx, cell });
    const free = { ...row, taskState: null };
    const isTold = row.vmState === 'error' || guestActionOf(action!.name).fails !== 'always';
    tx.instances.put(isTold ? free : broken(free, error?.message ?? 'the host did not answer', tx.now));
  },
};

/** As Nova checks it: the host stays, so the image must suit the host. */
const whyNotRebuilt = (row: InstanceRow, { tx, cell }: Pick<StepContext, 'tx' | 'cell'>): string | undefined => {
  const host = row.host === null ? undefined : tx.hosts.get(row.host);
  const properties = specOf(tx, row.uuid).image?.properties;
  const reason = host && properties && whyNotOfImage(host, properties, cell.scheduling.hosts);
  return (
    reason &&
    `No valid host was found. The image cannot be used on ${host.host}, which keeps the server (${reason}). Specify a different image, or create a new server with this one.`
  );
};

/**
 * What its host did not do in time is not to be done any more. The host by itself leaves the image of an order that comes late: it does
 * not know whether it was done before, and here it is known that it was not.
 */
const discardUnmade = ({ uuid, requestId, action }: InstanceWorkflowState, { tx, cell }: Pick<StepContext, 'tx' | 'cell'>): void => {
  const row = instanceOf(tx, uuid);
  discardRefused(cell, tx, row, { instanceUuid: uuid, epoch: row.placedEpoch, requestId, action: action! });
};

/** What a host answers that has not begun: the guest is as it was. */
const NOT_BEGUN: ReadonlySet<string> = new Set(['notImplemented', 'deadlineExceeded']);

const isBroken = (fails: Failing | undefined, powerState: PowerStateCode, kind: string): boolean => {
  if (fails === undefined || fails === 'always') return fails === 'always';
  return !NOT_BEGUN.has(kind) && (fails === 'told' || powerState !== PowerState.RUNNING);
};

const broken = (row: InstanceRow, message: string, now: number): InstanceRow => ({
  ...row,
  vmState: 'error',
  fault: faultOf(message, now),
});

const followed = (row: InstanceRow, turnsOff = false): InstanceRow => ({
  ...row,
  vmState: turnsOff && row.powerState === PowerState.SHUTDOWN ? 'stopped' : vmStateFollowing(row.powerState, row.vmState),
});

/** Another guest is in its place, and runs unless the instance was stopped before. */
const remade = (row: InstanceRow, launchedAt: number): InstanceRow => ({
  ...row,
  vmState: row.powerState === PowerState.RUNNING ? 'active' : 'stopped',
  launchedAt,
  fault: null,
});

/** How a cell has a host do something with a guest that it has. */
export const actOnGuest: InstanceWorkflow = defineWorkflow('act-on-guest', 1, { actOnGuest: actOnGuestStep }, toldInTheLog);
