import type { InstanceReport } from '#contracts';
import type { InstanceRow, Placement } from './rows.js';

/**
 * The top shows at once what an administrator says of a state. What the owner told before it knew is on its way still, and would bring
 * back for a moment what was reset. A reset for a former placement never gets to an owner, and hides nothing.
 */
export const isBeforeReset = (report: InstanceReport, row: InstanceRow): boolean => {
  const reset = unanswered(row);
  return reset !== undefined && report.reset !== reset.requestId;
};

export const withoutReset = (placement: Placement): Placement => {
  const { reset, ...others } = placement;
  return reset ? others : placement;
};

/**
 * Of a report that is taken over. Who has ordered something between the reset and the owner's answer waits for that: the answer says
 * only that the reset is done.
 */
export const taskStateAfter = (report: InstanceReport, row: InstanceRow): InstanceRow['taskState'] => {
  const { placement, taskState } = row;
  // The user's deletion is on its way down: what is said from before it does not hide it.
  if (placement.deleteRequest !== undefined) return 'deleting';
  return unanswered(row) ? (taskState ?? report.taskState) : report.taskState;
};

const unanswered = ({ placement: { reset }, placedEpoch }: InstanceRow): Placement['reset'] =>
  reset?.placedEpoch === placedEpoch ? reset : undefined;
