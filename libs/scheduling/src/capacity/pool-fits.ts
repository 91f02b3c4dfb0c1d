import type { Pool } from '#contracts';
import { type ResourceShape, shapeKey, subtractShapes, timesThatFit } from '#domain';
import { shapeOfKey, slotsNeeded } from './slots.js';

/** How many guests of `wanted` the pool holds at least: exactly what its hosts counted, or a bound when they do not know the shape yet. */
export const poolFits = (pool: Pool, wanted: ResourceShape): number => pool.fits[shapeKey(wanted)] ?? boundOfFits(pool, wanted);

export const knowsShape = (pool: Pool, wanted: ResourceShape): boolean => pool.fits[shapeKey(wanted)] !== undefined;

/** More than this never fits: the sums hold no more, whatever the hosts look like. */
export const mostThatFits = (pool: Pool, wanted: ResourceShape): number => timesThatFit(subtractShapes(pool.total, pool.used), wanted);

/**
 * A lower bound for a shape that the report does not name. Sums tell nothing safe about several hosts (all the memory may be free on
 * one and all the cores on another, and then nothing fits), so the bound comes from the shapes that were counted host by host:
 * a slot of a larger shape holds so many of the wanted one; of a smaller shape, `need` slots on one host make one of the wanted,
 * and each host may have up to `need - 1` left over. The best of these holds. Of a single live host the sums are the host.
 */
const boundOfFits = (pool: Pool, wanted: ResourceShape): number => {
  let bound = 0;
  let live = false;
  for (const key in pool.fits) {
    const slots = pool.fits[key]!;
    const known = shapeOfKey(key);
    if (!known || slots <= 0) continue;
    live = true;
    bound = Math.max(bound, boundFrom(known, slots, pool.hosts, wanted));
  }
  return pool.hosts === 1 && live ? Math.max(bound, mostThatFits(pool, wanted)) : bound;
};

const boundFrom = (known: ResourceShape, slots: number, hosts: number, wanted: ResourceShape): number => {
  const inside = timesThatFit(known, wanted);
  if (inside > 0) return slots * inside;
  const need = slotsNeeded(wanted, known);
  return Number.isFinite(need) ? Math.max(0, Math.ceil((slots - hosts * (need - 1)) / need)) : 0;
};
