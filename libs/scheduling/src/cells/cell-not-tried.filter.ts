import type { CellFilter } from './cell-candidate.js';

export const cellNotTriedFilter: CellFilter = (cell, spec) => !spec.tried.has(cell.name) || 'has already rejected this instance';
