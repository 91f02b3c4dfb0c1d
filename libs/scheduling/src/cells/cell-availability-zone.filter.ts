import type { CellFilter } from './cell-candidate.js';

/** A cell whose report is older than the newest aggregates is asked: refusing on old news would fail a build in a zone just made. */
export const cellAvailabilityZoneFilter: CellFilter = (cell, spec) => {
  if (spec.zone === null || cell.report === null || cell.outdated) return true;
  return cell.report.pools.some(pool => pool.zone === spec.zone) || `has no hosts in ${spec.zone}`;
};
