import type { CellCandidate, CellFilter, CellUse } from './cell-candidate.js';

/** What the operator allows in a cell and all below it: the first resource that has no room says so, with its numbers. */
export const cellQuotaFilter: CellFilter = (cell, { shape }) =>
  beyondQuota(cell, { instances: 1, cores: shape.vcpus, ramMb: shape.memoryMb }) ?? true;

/** Why a cell's quota has no room for so much more, or undefined when it has. Nothing wanted is never too much. */
export const beyondQuota = ({ name, quota, used }: Pick<CellCandidate, 'name' | 'quota' | 'used'>, wanted: CellUse): string | undefined => {
  const over = (key: keyof CellUse, what: string) => {
    const limit = quota?.[key] ?? null;
    if (limit === null || wanted[key] <= 0 || used[key] + wanted[key] <= limit) return undefined;
    const short = used[key] + wanted[key] - limit;
    return `quota of ${name}: ${used[key]} of ${limit} ${what}, ${wanted[key]} wanted: needs ${short} more`;
  };
  return over('instances', 'instances') ?? over('cores', 'cores') ?? over('ramMb', 'MB of memory');
};
