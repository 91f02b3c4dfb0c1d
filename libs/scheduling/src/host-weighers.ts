import type { HostWeigher } from './host-candidate.js';
import { cpuWeigher } from './weighers/cpu.weigher.js';
import { diskWeigher } from './weighers/disk.weigher.js';
import { numInstancesWeigher } from './weighers/num-instances.weigher.js';
import { ramWeigher } from './weighers/ram.weigher.js';
import { serverGroupSoftAffinityWeigher } from './weighers/server-group-soft-affinity.weigher.js';
import { serverGroupSoftAntiAffinityWeigher } from './weighers/server-group-soft-anti-affinity.weigher.js';

/**
 * By Nova's names, with Nova's multipliers: guests spread over memory, CPUs and disk alike. Only the soft policies of server groups
 * weigh more than there: with a multiplier of 1 the room on an empty host would outvote what the user asked for.
 */
export const hostWeighers = {
  RAMWeigher: ramWeigher,
  CPUWeigher: cpuWeigher,
  DiskWeigher: diskWeigher,
  NumInstancesWeigher: numInstancesWeigher,
  ServerGroupSoftAffinityWeigher: serverGroupSoftAffinityWeigher,
  ServerGroupSoftAntiAffinityWeigher: serverGroupSoftAntiAffinityWeigher,
} satisfies Record<string, HostWeigher>;
