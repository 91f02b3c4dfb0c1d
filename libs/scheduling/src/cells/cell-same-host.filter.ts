import type { CellFilter } from './cell-candidate.js';

/** The hint `same_host`: a cell that has one of the servers it names. */
export const cellSameHostFilter: CellFilter = (cell, { near }) =>
  near.with === null || near.with.has(cell.name) || 'has none of the servers of the hint same_host';
