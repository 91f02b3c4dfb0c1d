import type { InstanceReport } from '#contracts';
import type { InstanceRow, Placement } from './rows.js';

/**
 * The top shows at once what an administrator says of a state. What the owner told before it knew is on its way still, and would bring
 * back for a moment what was reset. A reset for a former placement never gets to an owner, and hides nothing.
 */
export const isBeforeReset = (report: InstanceReport, { placement: { reset }, placedEpoch }: InstanceRow): boolean =>
  reset?.placedEpoch === placedEpoch && report.reset !== reset.requestId;

export const withoutReset = (placement: Placement): Placement => {
  const { reset, ...others } = placement;
  return reset ? others : placement;
};
