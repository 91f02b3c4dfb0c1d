import type { CellFilter } from './cell-candidate.js';

/** A cell that is not heard of is left out, not weighed down: alone among mute cells it would still be chosen. */
export const cellNotMuteFilter: CellFilter = cell => !cell.mute || `silent for ${Math.round(cell.silentSeconds)} s`;
