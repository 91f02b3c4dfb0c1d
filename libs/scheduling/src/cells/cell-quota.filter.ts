import type { CellFilter } from './cell-candidate.js';

/** What the operator allows in a cell and all below it: the first resource that has no room says so, with its numbers. */
export const cellQuotaFilter: CellFilter = (cell, { shape }) => {
  const { quota, used } = cell;
  if (quota === null) return true;
  const over = (limit: number | null, inUse: number, wanted: number, what: string) =>
    limit !== null && inUse + wanted > limit && `quota of ${cell.name}: ${inUse} of ${limit} ${what}, ${wanted} wanted`;
  return (
    over(quota.instances, used.instances, 1, 'instances') ||
    over(quota.cores, used.cores, shape.vcpus, 'cores') ||
    over(quota.ramMb, used.ramMb, shape.memoryMb, 'MB of memory') ||
    true
  );
};
