import type { CellFilter } from './cell-candidate.js';

/** A cell that drains in part is left to the capacity filter: it is offered a part of what fits. */
export const cellDrainingFilter: CellFilter = cell => cell.draining < 100 || 'draining: it takes nothing new';
