import type { CellFilter } from './cell-candidate.js';

export const cellAvailabilityZoneFilter: CellFilter = (cell, spec) => {
  if (spec.zone === null || cell.report === null) return true;
  return cell.report.pools.some(pool => pool.zone === spec.zone) || `has no hosts in ${spec.zone}`;
};
