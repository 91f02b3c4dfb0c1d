import type { CellWeigher } from './cell-candidate.js';
import { offeredOf } from './cell-offer.js';
import { fitsAfterReservations } from './cell-room.js';

/** Spreads: the cell that takes most more of this flavor first. An operator's scale makes a cell count for more room, or less. */
export const cellFitsWeigher: CellWeigher = {
  weigh: (cell, spec) =>
    cell.report ? cell.weightScale * offeredOf(fitsAfterReservations(cell.report, cell.reserved, spec), cell, spec) : 0,
  scale: 'relative',
  defaultMultiplier: 1,
};
