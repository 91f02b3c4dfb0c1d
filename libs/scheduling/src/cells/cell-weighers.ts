import type { CellWeigher } from './cell-candidate.js';
import { cellFitsWeigher } from './cell-fits.weigher.js';
import { weightOffsetWeigher } from './weight-offset.weigher.js';

export const cellWeighers = {
  CellFitsWeigher: cellFitsWeigher,
  WeightOffsetWeigher: weightOffsetWeigher,
} satisfies Record<string, CellWeigher>;
