import type { Pool } from '#contracts';
import { type ResourceShape, shapeKey } from '#domain';
import type { Wanted } from '../request-spec.js';
import { haveNeeded, neededTraits } from './needed-traits.js';
import { slotsTaken } from './slots.js';

/** Where a guest that was sent to a cell may land there, and what it takes. */
export interface ReservedRoom {
  readonly shape: ResourceShape;
  /** The zone that was asked for; null: it may land in any. */
  readonly zone: string | null;
  /** As `neededTraits` has it; empty: hosts of any traits may get it. */
  readonly traits: string;
}

/** Guests that were sent to a cell and that its report does not count yet. */
export interface Reservation extends ReservedRoom {
  count: number;
}

export const reservedRoomOf = (wanted: Wanted): ReservedRoom => ({
  shape: wanted.shape,
  zone: wanted.zone,
  traits: neededTraits(wanted),
});

/** Books one more, in place. */
export const reserve = (reserved: Reservation[], { shape, zone, traits }: ReservedRoom): void => {
  const key = shapeKey(shape);
  const same = reserved.find(other => other.zone === zone && other.traits === traits && shapeKey(other.shape) === key);
  if (same) same.count += 1;
  else reserved.push({ shape, zone, traits, count: 1 });
};

export const mayLandIn = ({ zone, traits }: ReservedRoom, pool: Pick<Pool, 'zone' | 'traits'>): boolean =>
  (zone === null || zone === pool.zone) && haveNeeded(pool.traits, traits);

/** Those of the reservations that may take room of these pools. */
export const landingIn = (reserved: readonly Reservation[], pools: readonly Pool[]): Reservation[] =>
  reserved.filter(reservation => pools.some(pool => mayLandIn(reservation, pool)));

/** The most slots of a shape that the reservations use up, wherever they land. */
export const slotsReserved = (reserved: readonly Reservation[], shape: ResourceShape): number =>
  reserved.reduce((slots, reservation) => slots + reservation.count * slotsTaken(reservation.shape, shape), 0);

export const guestsReserved = (reserved: readonly Reservation[]): number => reserved.reduce((sum, { count }) => sum + count, 0);
