import type { ActionEvent } from '#contracts';
import type { InstanceRow } from '../rows.js';
import { orderDestruction } from '../steps/destroy-guest.step.js';
import { type AnyWorkflowRow, failureAt, type StepContext } from '../workflow-context.js';
import { openMove, otherHostOf } from './held.js';
import { liveMigrateInstance } from './live-migrate-instance.workflow.js';

/*
 * A live migration waits for the host that has the guest, for as long as it takes: that host alone knows whether the guest was sent. When
 * an operator says that it is off for certain, and has the server evacuated, there is nothing to wait for.
 */

export const isLiveMigration = (workflow: AnyWorkflowRow | undefined): boolean => workflow?.kind === liveMigrateInstance.kind;

/** What of the guest had come to the other host goes, and so does the claim there. @returns what the action log says of the migration */
export const giveUpMigration = (row: InstanceRow, requestId: string, ctx: Omit<StepContext, 'events'>): ActionEvent[] => {
  const { tx, scheduler } = ctx;
  const move = openMove(row);
  if (!move) return [];
  const other = otherHostOf(row);
  scheduler.release(tx, other, move.held);
  if (other) orderDestruction(other, { uuid: row.uuid, requestId }, ctx);
  return [failureAt(tx.now, 'compute_live_migration', move.requestId, `Host ${row.host} was lost, and the server is evacuated`)];
};
