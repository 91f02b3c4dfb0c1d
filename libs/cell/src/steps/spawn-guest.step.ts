import { PowerState } from '#domain';
import { advance, fail, waitFor } from '#workflow';
import { instanceOf } from '../instances.js';
import { withTriedHost } from '../placement.js';
import { eventOf, type InstanceStep, outcomeOf } from '../workflow-context.js';
import { destroyGuest, guestDestroyed } from './destroy-guest.step.js';
import { specOf } from './spec-of.js';

/** Has the host start the guest. The command is durable, so a host that is restarted meanwhile still gets it, and it is sent once. */
export const spawnGuestStep: InstanceStep = {
  taskState: 'spawning',
  attempts: 1,
  undoAttempts: Number.MAX_SAFE_INTEGER,
  run({ uuid, requestId }, { tx, cell }) {
    const row = instanceOf(tx, uuid);
    const deadline = tx.now + cell.timings.command * 1000;
    const command = cell.sendToHost(tx, row.host!, 'guest.spawn', requestId, { spec: specOf(tx, uuid), epoch: row.placedEpoch }, deadline);
    return waitFor(outcomeOf(command), cell.timings.command);
  },
  resumed({ uuid }, answer, { tx, cell, events }) {
    events.push(eventOf('compute__do_build_and_run_instance', answer));
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
};
