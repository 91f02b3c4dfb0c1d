import type { GuestMove, Move } from '#contracts';
import { CloudError, type PowerStateCode } from '#domain';
import { type Outcome, waitFor } from '#workflow';
import { instanceOf } from '../instances.js';
import type { InstanceRow } from '../rows.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { type InstanceWorkflowState, type OutcomeEvent, outcomeOf, type StepContext } from '../workflow-context.js';
import { putMoved } from './held.js';

/* What the workflows of moves share. */

/** An instance that moves. @throws CloudError `internal` when it does not: whoever began the workflow has written the move. */
export const movingInstance = (tx: UnitOfWork, uuid: string): { row: InstanceRow; move: Move } => {
  const row = instanceOf(tx, uuid);
  if (!row.move) throw new CloudError('internal', `instance ${uuid} does not move`);
  return { row, move: row.move };
};

/** Whether the guest changes its size where it is. */
export const isInPlace = ({ sourceHost, destHost }: Move): boolean => sourceHost === destHost;

/** Sends a host its part, and waits for the answer. */
export const sendMove = (
  host: string,
  move: GuestMove,
  epoch: number,
  { uuid, requestId }: InstanceWorkflowState,
  { tx, cell }: StepContext,
): Outcome => {
  const command = cell.sendToHost(tx, host, 'guest.move', requestId, { instanceUuid: uuid, epoch, requestId, move });
  return waitFor(outcomeOf(command), cell.timings.command);
};

/** Writes how far the move is, with what else changes of the instance. */
export const putMove = (tx: UnitOfWork, row: InstanceRow, move: Partial<Move>, change: Partial<InstanceRow> = {}): void =>
  putMoved(tx, { ...row, ...change, move: { ...row.move!, ...move, updatedAt: tx.now } });

/** What the host says that the guest is. */
export const powerOf = (answer: OutcomeEvent): { powerState: PowerStateCode } => ({
  powerState: answer.outcome.powerState as PowerStateCode,
});
