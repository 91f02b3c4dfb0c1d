import type { HostChanges } from '#contracts';
import { CloudError } from '#domain';
import type { HostWish } from '../rows.js';

/**
 * What is wanted of a host from now on. A reason goes with the disabling that it was given for.
 * @throws CloudError `invalid` for a reason without a disabling.
 */
export const changedHost = ({ enabled, disabledReason, forcedDown }: HostWish, changes: HostChanges): HostWish => {
  const wanted = changes.enabled ?? enabled;
  if (changes.disabledReason && wanted)
    throw new CloudError('invalid', 'disabled_reason is for a host that is disabled: send enabled false');
  const reason = changes.enabled === undefined ? disabledReason : null;
  return {
    enabled: wanted,
    disabledReason: wanted ? null : changes.disabledReason === undefined ? reason : changes.disabledReason,
    forcedDown: changes.forcedDown ?? forcedDown,
  };
};
