import type { CellWeigher } from './cell-candidate.js';

/**
 * Added as the operator wrote it, after the others were stretched to 0..1: an offset of 2 outweighs any difference in room, one of
 * 0.5 half of it. Stretched like the rest, every offset would mean the same.
 */
export const weightOffsetWeigher: CellWeigher = { weigh: cell => cell.weightOffset, scale: 'absolute', defaultMultiplier: 1 };
