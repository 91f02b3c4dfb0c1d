import type { HostWeigher } from '../host-candidate.js';

/** Off unless configured, as in Nova: a negative multiplier prefers hosts with few guests. */
export const numInstancesWeigher: HostWeigher = { weigh: host => host.runningGuests, scale: 'relative', defaultMultiplier: 0 };
