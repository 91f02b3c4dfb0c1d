import type { HostWeigher } from '../host-candidate.js';

export const cpuWeigher: HostWeigher = { weigh: host => host.free.vcpus, scale: 'relative', defaultMultiplier: 1 };
