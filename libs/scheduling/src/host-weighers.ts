import type { HostWeigher } from './host-candidate.js';
import { cpuWeigher } from './weighers/cpu.weigher.js';
import { diskWeigher } from './weighers/disk.weigher.js';
import { numInstancesWeigher } from './weighers/num-instances.weigher.js';
import { ramWeigher } from './weighers/ram.weigher.js';

/** By Nova's names, with Nova's multipliers: guests spread over memory, CPUs and disk alike. */
export const hostWeighers = {
  RAMWeigher: ramWeigher,
  CPUWeigher: cpuWeigher,
  DiskWeigher: diskWeigher,
  NumInstancesWeigher: numInstancesWeigher,
} satisfies Record<string, HostWeigher>;
