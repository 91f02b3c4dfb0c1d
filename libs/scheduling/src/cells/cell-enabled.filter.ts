import type { CellFilter } from './cell-candidate.js';

export const cellEnabledFilter: CellFilter = cell => cell.enabled || 'disabled';
