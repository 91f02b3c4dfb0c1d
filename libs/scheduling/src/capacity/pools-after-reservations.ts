import type { Pool } from '#contracts';
import { addShapes, shapeKey } from '#domain';
import { mayLandIn, type Reservation } from './reservation.js';
import { shapeOfKey, slotsTaken } from './slots.js';

/**
 * A child's pools as its parent may count on them: less what it has sent there and the child does not count yet. A reservation is
 * charged to pools that it may land in, to the fullest of them first, and the sum over the pools stays a lower bound; one pool alone
 * may be left too much, and then the child refuses and the next one is asked.
 */
export const poolsAfterReservations = (pools: readonly Pool[], reserved: readonly Reservation[]): Pool[] => {
  const left = pools.map(pool => ({ ...pool, fits: { ...pool.fits } }));
  if (reserved.length === 0) return left;
  const landings = reserved.map(reservation => ({ reservation, open: left.filter(pool => mayLandIn(reservation, pool)) }));
  for (const landing of landings) use(landing);
  for (const key of new Set(left.flatMap(pool => Object.keys(pool.fits)))) charge(left, landings, key);
  return left;
};

interface Landing {
  readonly reservation: Reservation;
  readonly open: readonly Pool[];
}

/** Used it counts where most like it fit, for people. */
const use = ({ reservation: { shape, count }, open }: Landing): void => {
  const [likeliest] = fullestFirst(open, shapeKey(shape));
  if (!likeliest) return;
  const { vcpus, memoryMb, diskGb } = shape;
  likeliest.used = addShapes(likeliest.used, { vcpus: vcpus * count, memoryMb: memoryMb * count, diskGb: diskGb * count });
};

/** Charges the slots of one shape. */
const charge = (pools: readonly Pool[], landings: readonly Landing[], key: string): void => {
  const shape = shapeOfKey(key);
  if (!shape) return;
  const free = new Map(pools.map(pool => [pool, pool.fits[key] ?? 0]));
  const takings: Taking[] = [];
  for (const { reservation, open } of landings) {
    const taking = new Taking(fullestFirst(open, key), free, takings);
    takings.push(taking);
    let due = slotsTaken(reservation.shape, shape) * reservation.count;
    for (let slots = 1; due > 0 && slots > 0; due -= slots) slots = taking.take(due, new Set());
  }
  for (const [pool, slots] of free) if (pool.fits[key] !== undefined) pool.fits[key] = slots;
};

const fullestFirst = (pools: readonly Pool[], key: string): Pool[] => [...pools].sort((a, b) => (b.fits[key] ?? 0) - (a.fits[key] ?? 0));

/**
 * What one reservation takes of pools. Where nothing is free, others are made to take elsewhere what they took there: so the charges
 * become a greatest flow (Ford and Fulkerson's) from reservations to pools, and no less is charged than they use up in the worst case.
 */
class Taking {
  private readonly taken = new Map<Pool, number>();

  constructor(
    private readonly open: readonly Pool[],
    /** Slots that nobody has taken yet. */
    private readonly free: Map<Pool, number>,
    /** Of all reservations that were charged so far. */
    private readonly all: readonly Taking[],
  ) {}

  /** @param seen pools that were tried. Returns how many of the `most` slots it took; 0 when there are none to be had. */
  take(most: number, seen: Set<Pool>): number {
    for (const pool of this.open) {
      if (seen.has(pool)) continue;
      seen.add(pool);
      const slots = Math.min(most, this.freeIn(pool)) || this.madeFree(pool, most, seen);
      if (slots === 0) continue;
      this.free.set(pool, this.freeIn(pool) - slots);
      this.taken.set(pool, (this.taken.get(pool) ?? 0) + slots);
      return slots;
    }
    return 0;
  }

  private madeFree(pool: Pool, most: number, seen: Set<Pool>): number {
    for (const other of this.all) {
      const here = other.taken.get(pool) ?? 0;
      const moved = other === this || here === 0 ? 0 : other.take(Math.min(most, here), seen);
      if (moved === 0) continue;
      other.taken.set(pool, here - moved);
      this.free.set(pool, this.freeIn(pool) + moved);
      return moved;
    }
    return 0;
  }

  private freeIn(pool: Pool): number {
    return this.free.get(pool) ?? 0;
  }
}
