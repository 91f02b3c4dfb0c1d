import type { BuildSpec } from '#contracts';
import { quotaOf } from './moves/held.js';
import { type InstanceRow, NO_USE, type QuotaUsage } from './rows.js';
import type { UnitOfWork } from './unit-of-work.js';

/**
 * What this transaction changes of what is in each child: an instance counts there from the write that sends it until the one that ends
 * it or takes it back, by its flavor, and while it is resized by the larger of both. Derived from the rows themselves, so that no handler
 * can forget it, and stored with them.
 */
export const childUseChanges = (tx: UnitOfWork): Map<string, QuotaUsage> => {
  const changes = new Map<string, QuotaUsage>();
  const formerSpecs = new Map(
    tx.requestSpecs.changes().flatMap(({ before, after }) => (before ? [[after.uuid, before.spec] as const] : [])),
  );
  for (const { before, after } of tx.instances.changes()) {
    const was = childOf(before);
    const is = childOf(after);
    const formerSpec = formerSpecs.get(after.uuid);
    if (was === is && before?.move === after.move && !formerSpec) continue;
    const spec = tx.requestSpecs.former(after.uuid)?.spec;
    if (before && was !== null) changes.set(was, plus(changes.get(was), sizeOf(before, formerSpec ?? spec), -1));
    if (is !== null) changes.set(is, plus(changes.get(is), sizeOf(after, spec), 1));
  }
  return changes;
};

const childOf = (row: InstanceRow | undefined): string | null => (row && row.deletedAt === null ? row.nextHop : null);

/** Without its order nothing is known of its size. */
const sizeOf = (row: InstanceRow, spec: BuildSpec | undefined): QuotaUsage =>
  spec ? quotaOf(row, spec) : { instances: 1, cores: 0, ramMb: 0 };

export const plus = (sum: QuotaUsage = NO_USE, size: QuotaUsage = NO_USE, times = 1): QuotaUsage => ({
  instances: sum.instances + times * size.instances,
  cores: sum.cores + times * size.cores,
  ramMb: sum.ramMb + times * size.ramMb,
});
