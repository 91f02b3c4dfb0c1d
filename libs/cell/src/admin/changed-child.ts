import type { ChildChanges } from '#contracts';
import { CloudError } from '#domain';
import type { ChildRow } from '../rows.js';

/**
 * A child as the operator wants it from now on. Draining remembers how many servers it found, so that it can be told how far it is;
 * a draining that was under way goes on from where it began, whatever its percentage becomes.
 * @throws CloudError `invalid` for a reason without a reason to have one
 */
export const changedChild = (child: ChildRow, changes: ChildChanges): ChildRow => {
  const enabled = changes.enabled ?? child.enabled;
  const draining = changes.draining ?? child.draining;
  if (changes.disabledReason && enabled)
    throw new CloudError('invalid', 'disabled_reason is for a cell that is disabled: send enabled false');
  return {
    ...child,
    enabled,
    disabledReason: enabled ? null : changes.disabledReason === undefined ? child.disabledReason : changes.disabledReason,
    draining,
    drainFrom: draining === 0 ? null : (child.drainFrom ?? child.used.instances),
    weightOffset: changes.weightOffset ?? child.weightOffset,
    weightScale: changes.weightScale ?? child.weightScale,
    quota: changes.quota === undefined ? child.quota : changes.quota,
  };
};
