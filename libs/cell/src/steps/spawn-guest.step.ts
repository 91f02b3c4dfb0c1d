import { PowerState } from '#domain';
import { advance, fail, waitFor } from '#workflow';
import { instanceOf } from '../instances.js';
import { withTriedHost } from '../placement.js';
import { eventOf, type InstanceStep, outcomeOf } from '../workflow-context.js';
import { destroyGuest, guestDestroyed } from './destroy-guest.step.js';
import { specOf } from './spec-of.js';

/**
 * Has the host start the guest. The command is durable, so a host that is restarted meanwhile still gets it, and it is sent once.
 * @param event how the action log names it
 */
export const spawnGuestAs = (event: string): InstanceStep => ({
  taskState: 'spawning',
  attempts: 1,
  undoAttempts: Number.MAX_SAFE_INTEGER,
  run({ uuid, requestId, unshelving }, { tx, cell }) {
    const row = instanceOf(tx, uuid);
    const deadline = tx.now + cell.timings.command * 1000;
    const spec = { ...specOf(tx, uuid), ...(unshelving && { image: unshelving.image, requestId }) };
    const order = { spec, epoch: row.placedEpoch, ...(unshelving?.discard && { discard: unshelving.discard }) };
    const command = cell.sendToHost(tx, row.host!, 'guest.spawn', requestId, order, deadline);
    return waitFor(outcomeOf(command), cell.timings.command);
  },
  resumed({ uuid }, answer, { tx, cell, events }) {
    events.push(eventOf(event, answer));
    const { error } = answer.outcome;
    const row = instanceOf(tx, uuid);
    if (!error) {
      tx.instances.put({ ...row, powerState: PowerState.RUNNING, launchedAt: answer.outcome.finishedAt });
      return advance();
    }
    tx.instances.put({ ...row, placement: withTriedHost(row.placement, answer.host, error.message, cell.path) });
    return fail({ kind: error.retryable ? 'unavailable' : 'invalid', message: error.message });
  },
  undo: destroyGuest,
  undoResumed: guestDestroyed,
});

export const spawnGuestStep: InstanceStep = spawnGuestAs('compute__do_build_and_run_instance');
