import type { CellFilter } from './cell-candidate.js';

/**
 * All members of a group with affinity are on one host, so they are in one cell, or on the hosts of the cell that chooses: where the first
 * of them is. Anti-affinity leaves every cell open, since hosts of two cells are two hosts; the cell that has the hosts looks at its own.
 */
export const cellServerGroupFilter: CellFilter = (cell, { group }) => {
  if (group?.policy !== 'affinity') return true;
  return group.members.size === 0 || group.members.has(cell.name) || `its group is in ${[...group.members.keys()].join(', ')}`;
};
