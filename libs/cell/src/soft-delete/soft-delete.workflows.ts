import type { GuestAction } from '#contracts';
import { guestActionOf, PowerState, type PowerStateCode } from '#domain';
import { advance, defineWorkflow, fail, type Outcome, retryAfter, waitFor } from '#workflow';
import { sendAction } from '../act-on-guest.workflow.js';
import { isHostUp } from '../capacity.js';
import { instanceOf } from '../instances.js';
import { removeSourceStep, settleStep } from '../moves/end-move.workflows.js';
import { type AnyWorkflowRow, eventOf, type InstanceStep, type InstanceWorkflow, toldInTheLog } from '../workflow-context.js';

const FOR_EVER = Number.MAX_SAFE_INTEGER;
const SOON = 0.001;

/** After something else that was done with the instance it is another transaction that goes on, one which has the hosts loaded. */
const takeTurnStep: InstanceStep = {
  taskState: 'soft-deleting',
  attempts: 2,
  run: ({ isNext }, _ctx, turn) => (isNext && turn.attempt === 0 ? retryAfter(SOON) : advance()),
  /** The guest is as its host last said, and nothing is being done with it. */
  undo({ uuid }, { tx }) {
    const row = instanceOf(tx, uuid);
    const { softDeleted, ...placement } = row.placement;
    tx.instances.put({ ...row, vmState: softDeleted?.formerVmState ?? row.vmState, taskState: null, placement });
  },
};

/**
 * The guest goes off and stays where it is. A deletion is not refused, so neither a host that fails nor one that is down stops it: the
 * order waits in the queue of a host that is down and is the first thing that it does when it comes back.
 */
const powerOffStep: InstanceStep = {
  taskState: 'soft-deleting',
  attempts: 2,
  run({ uuid, requestId }, { tx, cell }, turn) {
    const row = instanceOf(tx, uuid);
    if (turn.attempt > 0 || !row.host) return advance();
    tx.instances.put({ ...row, taskState: 'soft-deleting' });
    const host = tx.hosts.get(row.host);
    const isUp = host !== undefined && isHostUp(host, tx.now, cell);
    const outcome = sendAction(uuid, { name: 'stop' }, requestId, { tx, cell }, FOR_EVER);
    return waitFor(outcome, isUp ? cell.timings.command : 1);
  },
  resumed({ uuid }, answer, { tx, events }) {
    events.push(eventOf(guestActionOf('softDelete').event, answer));
    tx.instances.put({ ...instanceOf(tx, uuid), powerState: answer.outcome.powerState as PowerStateCode });
    return advance();
  },
};

const keepStep: InstanceStep = {
  run({ uuid, reclaimSeconds = 0 }, { tx }) {
    const row = instanceOf(tx, uuid);
    const softDeleted = { formerVmState: row.vmState, reclaimAt: tx.now + reclaimSeconds * 1000 };
    tx.instances.put({ ...row, vmState: 'soft-delete', taskState: null, placement: { ...row.placement, softDeleted } });
    return advance();
  },
};

/** How a cell deletes an instance in a way that can be taken back. */
export const softDeleteInstance: InstanceWorkflow = defineWorkflow(
  'soft-delete-instance',
  1,
  { takeTurn: takeTurnStep, powerOff: powerOffStep, keep: keepStep },
  toldInTheLog,
);

/** The same for one that waits to have its move confirmed: it is, as in Nova, so that one host has the guest. */
export const softDeleteMovedInstance: InstanceWorkflow = defineWorkflow(
  'soft-delete-moved-instance',
  1,
  { takeTurn: takeTurnStep, removeSource: removeSourceStep, settle: settleStep, powerOff: powerOffStep, keep: keepStep },
  toldInTheLog,
);

const waitStep: InstanceStep = {
  attempts: FOR_EVER,
  run({ uuid }, { tx }, turn): Outcome {
    const { reclaimAt } = instanceOf(tx, uuid).placement.softDeleted ?? { reclaimAt: 0 };
    const seconds = (reclaimAt - tx.now) / 1000;
    return seconds > 0 || turn.attempt === 0 ? retryAfter(Math.max(seconds, SOON)) : advance();
  },
};

/** How long an instance stays soft-deleted: whoever runs this deletes it when it is done. */
export const awaitReclaim: InstanceWorkflow = defineWorkflow('await-reclaim', 1, { wait: waitStep }, toldInTheLog);

/** Nothing is being done with it: whatever else is wanted of the instance goes first. */
export const onlyAwaitsReclaim = ({ kind }: AnyWorkflowRow): boolean => kind === awaitReclaim.kind;

/** One that was rescued has its own disk again. */
const powerOnStep: InstanceStep = {
  taskState: 'restoring',
  attempts: 1,
  run({ uuid, requestId }, { tx, cell }) {
    const row = instanceOf(tx, uuid);
    tx.instances.put({ ...row, taskState: 'restoring' });
    const action: GuestAction = { name: row.placement.softDeleted?.formerVmState === 'rescued' ? 'unrescue' : 'start' };
    return waitFor(sendAction(uuid, action, requestId, { tx, cell }), cell.timings.command);
  },
  resumed({ uuid }, answer, { tx, events }) {
    events.push(eventOf(guestActionOf('restore').event, answer));
    const { error, powerState } = answer.outcome;
    tx.instances.put({ ...instanceOf(tx, uuid), powerState: powerState as PowerStateCode });
    return error ? fail({ kind: 'internal', message: error.message }) : advance();
  },
  undo({ uuid }, { tx }) {
    tx.instances.put({ ...instanceOf(tx, uuid), taskState: null });
  },
};

const reviveStep: InstanceStep = {
  run({ uuid }, { tx }) {
    const row = instanceOf(tx, uuid);
    const { softDeleted: _over, ...placement } = row.placement;
    const vmState = row.powerState === PowerState.SHUTDOWN ? 'stopped' : 'active';
    tx.instances.put({ ...row, vmState, taskState: null, placement });
    return advance();
  },
};

/** How a cell takes a soft deletion back. When it fails the instance stays soft-deleted. */
export const restoreInstance: InstanceWorkflow = defineWorkflow(
  'restore-instance',
  1,
  { powerOn: powerOnStep, revive: reviveStep },
  toldInTheLog,
);
