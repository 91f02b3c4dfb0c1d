import { advance, type Outcome, retryAfter, type Turn, waitFor } from '#workflow';
import { isHostUp } from '../capacity.js';
import { instanceOf } from '../instances.js';
import {
  eventOf,
  type InstanceStep,
  type InstanceWorkflowState,
  type OutcomeEvent,
  outcomeOf,
  type StepContext,
} from '../workflow-context.js';

/**
 * Has the host remove whatever there is of the guest, and waits until it has. A host that is down cannot say so: the command waits
 * for it in its queue and is the first thing that it does when it comes back, so the instance's end need not wait.
 */
export const destroyGuest = ({ uuid, requestId }: InstanceWorkflowState, { tx, cell }: StepContext, turn: Turn): Outcome => {
  const row = instanceOf(tx, uuid);
  if (!row.host) return advance();
  const host = tx.hosts.get(row.host);
  if (turn.attempt > 0 && (!host || !isHostUp(host, tx.now, cell))) {
    cell.log.warn('guest left to a host that is down', { instanceUuid: uuid, host: row.host, requestId });
    return advance();
  }
  const never = Number.MAX_SAFE_INTEGER;
  const command = cell.sendToHost(
    tx,
    row.host,
    'guest.destroy',
    requestId,
    { instanceUuid: uuid, epoch: row.placedEpoch, requestId },
    never,
  );
  return waitFor(outcomeOf(command), host && isHostUp(host, tx.now, cell) ? cell.timings.destroy : 1);
};

export const guestDestroyed = (_state: InstanceWorkflowState, answer: OutcomeEvent, { events }: StepContext): Outcome => {
  events.push(eventOf('compute_terminate_instance', answer));
  return answer.outcome.error ? retryAfter(5) : advance();
};

export const destroyGuestStep: InstanceStep = {
  taskState: 'deleting',
  attempts: Number.MAX_SAFE_INTEGER,
  run: destroyGuest,
  resumed: guestDestroyed,
};
