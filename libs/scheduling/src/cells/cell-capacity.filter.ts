import type { CapacityReport } from '#contracts';
import type { Reservation } from '../capacity/reservation.js';
import type { Wanted } from '../request-spec.js';
import type { CellFilter } from './cell-candidate.js';
import { offeredOf } from './cell-offer.js';
import { type CellRoom, roomFor } from './cell-room.js';

/**
 * A full cell is left out. One whose report is older than the flavor is asked when its sums leave room: refusing on a guess would
 * fail a user's build, while a cell that finds no room only sends it on to the next.
 */
export const cellCapacityFilter: CellFilter = (cell, spec) => {
  if (cell.report === null) return 'has not reported its capacity yet';
  const room = cell.outdated ? roomInAnyZone(cell.report, cell.reserved, spec) : roomFor(cell.report, cell.reserved, spec);
  const offered = offeredOf(room.perhaps ? Math.max(1, room.fits) : room.fits, cell, spec);
  if (offered > 0) return true;
  if (room.pools === 0) return `has no hosts of the kind that ${spec.flavorName} and its image need`;
  const numbers = `fits ${room.reported} of ${spec.flavorName}, ${room.reserved} reserved`;
  const reason = cell.draining === 0 ? numbers : `${numbers}, draining by ${cell.draining} %`;
  return { of: 'servers', has: offered, needs: 1, reason };
};

/** Of a report whose zones may be others by now: whoever asked for one may get any of its hosts. */
const roomInAnyZone = (report: CapacityReport, reserved: readonly Reservation[], wanted: Wanted): CellRoom =>
  roomFor(
    report,
    reserved.map(reservation => ({ ...reservation, zone: null })),
    { ...wanted, zone: null },
  );
