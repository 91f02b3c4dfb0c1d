import type { CellWeigher } from './cell-candidate.js';
import { cellFitsWeigher } from './cell-fits.weigher.js';
import { cellServerGroupWeigher } from './cell-server-group.weigher.js';
import { weightOffsetWeigher } from './weight-offset.weigher.js';

export const cellWeighers = {
  CellFitsWeigher: cellFitsWeigher,
  CellServerGroupWeigher: cellServerGroupWeigher,
  WeightOffsetWeigher: weightOffsetWeigher,
} satisfies Record<string, CellWeigher>;
