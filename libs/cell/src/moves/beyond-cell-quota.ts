import type { BuildSpec } from '#contracts';
import { beyondQuota } from '#scheduling';
import type { InstanceRow } from '../rows.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { less, quotaOf } from './held.js';

/** Why the quota of the child that has an instance leaves no room for what its move needs more, or undefined when it does. */
export const beyondCellQuota = (tx: UnitOfWork, before: InstanceRow, after: InstanceRow, spec: BuildSpec): string | undefined => {
  const child = after.nextHop === null ? undefined : tx.children.get(after.nextHop);
  return child && beyondQuota(child, less(quotaOf(after, spec), quotaOf(before, spec)));
};
