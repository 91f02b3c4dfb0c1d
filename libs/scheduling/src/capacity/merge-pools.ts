import type { Pool } from '#contracts';
import { addShapes, shapeKey } from '#domain';
import { inOrder, poolKey } from './pools-of-hosts.js';
import { mayLandIn, type Reservation } from './reservation.js';
import { shapeOfKey, slotsTaken } from './slots.js';

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

/**
 * A child's pools as its parent may count on them: less what it has sent there and the child does not count yet.
 * A reservation without a zone may land in any pool; it is charged where most fits. The sum over the pools stays a lower
 * bound; one zone alone may be left too much, and then the child refuses and the next one is asked. Those with a zone are charged first:
 * they need all that they may take of it, and what another took there before them would be missed nowhere.
 */
export const poolsAfterReservations = (pools: readonly Pool[], reserved: readonly Reservation[]): Pool[] => {
  const left = pools.map(pool => ({ ...pool, fits: { ...pool.fits } }));
  for (const reservation of reserved) if (reservation.zone !== null) charge(left, reservation);
  for (const reservation of reserved) if (reservation.zone === null) charge(left, reservation);
  return left;
};

const charge = (pools: Pool[], reservation: Reservation): void => {
  const own = shapeKey(reservation.shape);
  const open = pools.filter(pool => mayLandIn(reservation, pool.zone)).sort((a, b) => (b.fits[own] ?? 0) - (a.fits[own] ?? 0));
  for (const key of new Set(open.flatMap(pool => Object.keys(pool.fits)))) {
    const shape = shapeOfKey(key);
    if (shape) chargeShape(open, key, slotsTaken(reservation.shape, shape) * reservation.count);
  }
  const likeliest = open[0];
  if (likeliest) likeliest.used = addShapes(likeliest.used, timesShape(reservation));
};

/** Takes `slots` out of the pools, the fullest of them first. */
const chargeShape = (pools: readonly Pool[], key: string, slots: number): void => {
  let due = slots;
  for (const pool of pools.filter(other => (other.fits[key] ?? 0) > 0).sort((a, b) => b.fits[key]! - a.fits[key]!)) {
    const taken = Math.min(due, pool.fits[key]!);
    pool.fits[key]! -= taken;
    due -= taken;
    if (due === 0) return;
  }
};

const timesShape = ({ shape, count }: Reservation) => ({
  vcpus: shape.vcpus * count,
  memoryMb: shape.memoryMb * count,
  diskGb: shape.diskGb * count,
});
