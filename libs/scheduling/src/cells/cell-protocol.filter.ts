import type { CellFilter } from './cell-candidate.js';

/** A cell of a release too old or too new is given nothing that it would not understand. */
export const cellProtocolFilter: CellFilter = cell => cell.incompatible ?? true;
