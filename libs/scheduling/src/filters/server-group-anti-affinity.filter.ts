import type { HostFilter } from '../host-candidate.js';

/** `anti-affinity`: no more of the group on one host than its rule allows. */
export const serverGroupAntiAffinityFilter: HostFilter = (host, { group }) => {
  if (group?.policy !== 'anti-affinity') return true;
  const members = group.members.get(host.host) ?? 0;
  return members < group.maxServerPerHost || `has ${members} of its group, ${group.maxServerPerHost} allowed`;
};
