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

/** Has the instance's host remove whatever there is of the guest: see `destroyOn`. */
export const destroyGuest = (state: InstanceWorkflowState, ctx: StepContext, turn: Turn): Outcome =>
  destroyOn(instanceOf(ctx.tx, state.uuid).host, state, ctx, turn);

/**
 * Has a host remove whatever there is of the guest, and waits until it has. A host that is down cannot say so: the command waits
 * for it in its queue and is the first thing that it does when it comes back, so the instance's end need not wait. Where the guest is
 * to run elsewhere afterwards it does need to: `until` the host has answered.
 */
export const destroyOn = (
  name: string | null,
  state: InstanceWorkflowState,
  ctx: StepContext,
  turn: Turn,
  { until = 'it is left' }: { until?: 'it is left' | 'it is gone' } = {},
): Outcome => {
  if (!name) return advance();
  const { tx, cell } = ctx;
  const host = tx.hosts.get(name);
  const isUp = host !== undefined && isHostUp(host, tx.now, cell);
  if (turn.attempt > 0 && !isUp && until === 'it is left') {
    cell.log.warn('guest left to a host that is down', { instanceUuid: state.uuid, host: name, requestId: state.requestId });
    return advance();
  }
  const command = orderDestruction(name, state, ctx);
  return waitFor(outcomeOf(command), isUp || until === 'it is gone' ? cell.timings.destroy : 1);
};

/** Nothing that any placement so far has left there is to stay. The order waits for a host that is down. @returns the command's id */
export const orderDestruction = (
  name: string,
  { uuid, requestId }: Pick<InstanceWorkflowState, 'uuid' | 'requestId'>,
  { tx, cell }: Pick<StepContext, 'tx' | 'cell'>,
): string => {
  const order = { instanceUuid: uuid, epoch: instanceOf(tx, uuid).highestEpoch, requestId };
  return cell.sendToHost(tx, name, 'guest.destroy', requestId, order, Number.MAX_SAFE_INTEGER);
};

/** What a step makes of the host's answer, which is an event of this name. */
export const destroyedTold =
  (event: string) =>
  (_state: InstanceWorkflowState, answer: OutcomeEvent, { events }: StepContext): Outcome => {
    events.push(eventOf(event, answer));
    return answer.outcome.error ? retryAfter(5) : advance();
  };

export const guestDestroyed = destroyedTold('compute_terminate_instance');

export const destroyGuestStep: InstanceStep = {
  taskState: 'deleting',
  attempts: Number.MAX_SAFE_INTEGER,
  run: destroyGuest,
  resumed: guestDestroyed,
};
