import type { CellWeigher } from './cell-candidate.js';
import { fitsAfterReservations } from './cell-room.js';

/** Spreads: the cell that takes most more of this flavor first. */
export const cellFitsWeigher: CellWeigher = {
  weigh: (cell, spec) => (cell.report ? fitsAfterReservations(cell.report, cell.reserved, spec) : 0),
  scale: 'relative',
  defaultMultiplier: 1,
};
