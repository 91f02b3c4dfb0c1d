import type { CellWeigher } from './cell-candidate.js';

/** Together or apart: cells with many members of the group first, or those with few. Whoever groups servers means more by it than room. */
export const cellServerGroupWeigher: CellWeigher = {
  weigh: (cell, { group }) => {
    const members = group?.members.get(cell.name) ?? 0;
    return group?.policy === 'anti-affinity' || group?.policy === 'soft-anti-affinity' ? -members : members;
  },
  scale: 'relative',
  defaultMultiplier: 10,
  onlyFor: ({ group }) => group !== null && group.members.size > 0,
};
