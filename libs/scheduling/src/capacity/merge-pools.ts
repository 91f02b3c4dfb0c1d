import type { Pool } from '#contracts';
import { addShapes } from '#domain';
import { inOrder, poolKey } from './pools-of-hosts.js';

/**
 * Adds up what lies below a cell: its own hosts' pools and each child's. The cost is that of the pools, whatever lies under them.
 * A shape that one of them does not know yet counts for nothing there, so the sum stays a lower bound. Mute and disabled children
 * are the caller's to leave out.
 */
export const mergePools = (parts: readonly (readonly Pool[])[]): Pool[] => {
  const merged = new Map<string, Pool>();
  for (const pools of parts) {
    for (const pool of pools) {
      const key = poolKey(pool.zone, pool.hypervisorType, [...pool.traits].sort());
      const sum = merged.get(key);
      merged.set(key, sum ? sumOf(sum, pool) : { ...pool, fits: { ...pool.fits } });
    }
  }
  return inOrder(merged);
};

const sumOf = (sum: Pool, pool: Pool): Pool => {
  for (const key in pool.fits) sum.fits[key] = (sum.fits[key] ?? 0) + pool.fits[key]!;
  return { ...sum, hosts: sum.hosts + pool.hosts, total: addShapes(sum.total, pool.total), used: addShapes(sum.used, pool.used) };
};
