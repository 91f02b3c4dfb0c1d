import { type ResourceShape, shapeKey } from '#domain';
import type { RequestSpec } from '../request-spec.js';
import { slotsTaken } from './slots.js';

/** Guests that were sent to a cell and that its report does not count yet. */
export interface Reservation {
  readonly shape: ResourceShape;
  /** The zone that was asked for; null: it may land in any. */
  readonly zone: string | null;
  count: number;
}

/** Books one more, in place. */
export const reserve = (reserved: Reservation[], spec: Pick<RequestSpec, 'shape' | 'zone'>): void => {
  const key = shapeKey(spec.shape);
  const same = reserved.find(other => other.zone === spec.zone && shapeKey(other.shape) === key);
  if (same) same.count += 1;
  else reserved.push({ shape: spec.shape, zone: spec.zone, count: 1 });
};

/** Whether it may take room that a guest for `zone` could use. */
export const mayLandIn = (reservation: Reservation, zone: string | null): boolean =>
  zone === null || reservation.zone === null || reservation.zone === zone;

/** The most slots of `spec` that the reservations use up, wherever they land. */
export const slotsReserved = (reserved: readonly Reservation[], spec: Pick<RequestSpec, 'shape' | 'zone'>): number => {
  let slots = 0;
  for (const reservation of reserved) {
    if (mayLandIn(reservation, spec.zone)) slots += reservation.count * slotsTaken(reservation.shape, spec.shape);
  }
  return slots;
};

/** How many guests are reserved that may land in `zone`. */
export const guestsReserved = (reserved: readonly Reservation[], zone: string | null): number =>
  reserved.reduce((sum, reservation) => (mayLandIn(reservation, zone) ? sum + reservation.count : sum), 0);
