import type { HostFilter } from '../host-candidate.js';

/** `affinity`: the host that has the group's first member, and no other. */
export const serverGroupAffinityFilter: HostFilter = (host, { group }) => {
  if (group?.policy !== 'affinity') return true;
  if (group.elsewhere !== null) return `its group is in ${group.elsewhere}`;
  return group.members.size === 0 || group.members.has(host.host) || `its group is on ${[...group.members.keys()].join(', ')}`;
};
