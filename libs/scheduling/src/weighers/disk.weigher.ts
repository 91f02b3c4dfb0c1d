import type { HostWeigher } from '../host-candidate.js';

export const diskWeigher: HostWeigher = { weigh: host => host.free.diskGb, scale: 'relative', defaultMultiplier: 1 };
