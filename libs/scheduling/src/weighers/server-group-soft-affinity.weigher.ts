import type { HostWeigher } from '../host-candidate.js';

export const serverGroupSoftAffinityWeigher: HostWeigher = {
  weigh: (host, { group }) => group?.members.get(host.host) ?? 0,
  scale: 'relative',
  defaultMultiplier: 10,
  onlyFor: ({ group }) => group?.policy === 'soft-affinity',
};
