import type { HostFilter } from '../host-candidate.js';

/** The compute service is enabled and alive. */
export const computeFilter: HostFilter = host => {
  if (!host.enabled) return host.disabledReason ? `disabled: ${host.disabledReason}` : 'disabled';
  return host.up || 'down: its heartbeat is overdue';
};
