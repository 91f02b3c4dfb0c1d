import type { ChildRow } from '#cell';
import type { Invariant } from './invariant.js';

/** A claim that was begun before may still be committed, as in Nova: longer than a transaction takes, even in the worst weather. */
const BEGUN_BEFORE_MS = 7000;

/** A host from soon after it was disabled, a cell from the moment that its parent says so. */
export const disabledNotChosen: Invariant = {
  name: 'nothing new goes where an operator has disabled it',
  atCommit: (cell, work) => [
    ...work.hosts
      .changes()
      .filter(({ before, after }) => before && after.claims > before.claims && cell.disabledFor(after.host) > BEGUN_BEFORE_MS)
      .map(({ after }) => `${cell.path} claims on host ${after.host}, which is disabled`),
    ...work.reservations
      .changes()
      .filter(({ before, after }) => before?.epoch !== after.epoch)
      .flatMap(({ after }) => {
        const why = whyClosed(cell.database.children.get(after.child));
        return why ? [`${cell.path} sends ${after.instanceUuid} to ${after.child}, which is ${why}`] : [];
      }),
  ],
};

const whyClosed = (child: ChildRow | undefined): string | undefined => {
  if (child?.enabled === false) return 'disabled';
  return child?.draining === 100 ? 'drained' : undefined;
};
