import type { CellFilter } from './cell-candidate.js';

/**
 * All members of a group with affinity are on one host, so they are in one cell: that of the first of them. Anti-affinity leaves every
 * cell open, since hosts of two cells are two hosts; the cell that has the hosts looks at its own.
 */
export const cellServerGroupFilter: CellFilter = (cell, { group }) => {
  if (group?.policy !== 'affinity') return true;
  if (group.elsewhere !== null) return `its group is on ${group.elsewhere}`;
  return group.members.size === 0 || group.members.has(cell.name) || `its group is in ${[...group.members.keys()].join(', ')}`;
};
