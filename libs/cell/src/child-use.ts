import { NO_USE, type QuotaUsage } from './rows.js';
import type { UnitOfWork } from './unit-of-work.js';

/**
 * What this transaction changes of what is in each child: an instance counts there from the write that sends it until the one that ends
 * it or takes it back. Derived from the rows themselves, so that no handler can forget it, and stored with them.
 */
export const childUseChanges = (tx: UnitOfWork): Map<string, QuotaUsage> => {
  const changes = new Map<string, QuotaUsage>();
  for (const { before, after } of tx.instances.changes()) {
    const was = before && before.deletedAt === null ? before.nextHop : null;
    const is = after.deletedAt === null ? after.nextHop : null;
    if (was === is) continue;
    const flavor = tx.requestSpecs.former(after.uuid)?.spec.flavor;
    const size = { instances: 1, cores: flavor?.vcpus ?? 0, ramMb: flavor?.memoryMb ?? 0 };
    if (was !== null) changes.set(was, plus(changes.get(was), size, -1));
    if (is !== null) changes.set(is, plus(changes.get(is), size, 1));
  }
  return changes;
};

export const plus = (sum: QuotaUsage = NO_USE, size: QuotaUsage = NO_USE, times = 1): QuotaUsage => ({
  instances: sum.instances + times * size.instances,
  cores: sum.cores + times * size.cores,
  ramMb: sum.ramMb + times * size.ramMb,
});
