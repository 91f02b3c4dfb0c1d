import type { HostWeigher } from '../host-candidate.js';

export const ramWeigher: HostWeigher = { weigh: host => host.free.memoryMb, scale: 'relative', defaultMultiplier: 1 };
