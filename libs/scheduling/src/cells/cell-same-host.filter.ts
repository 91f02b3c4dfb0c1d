import type { CellFilter } from './cell-candidate.js';

/** A cell that has one of the servers that the hint `same_host` names, and one of the hosts that an administrator does. */
export const cellSameHostFilter: CellFilter = (cell, { near }) =>
  near.with === null || near.with.has(cell.name) || 'has none of the hosts that are asked for, by name or by the hint same_host';
