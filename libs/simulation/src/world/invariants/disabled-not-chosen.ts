import type { ChildRow, HostRow } from '#cell';
import type { Invariant } from './invariant.js';

/** A host from the moment that the order has arrived in its cell, a cell from the moment that its parent says so. */
export const disabledNotChosen: Invariant = {
  name: 'nothing new goes where an operator has disabled it',
  atCommit: (cell, work) => [
    ...work.hosts
      .changes()
      .filter(({ before, after }) => before && after.claims > before.claims && isClosed(cell.database.hosts.get(after.host)))
      .filter(({ before, after }) => !opens(before, after))
      .map(({ after }) => `${cell.path} claims on host ${after.host}, which is disabled or forced down`),
    ...work.reservations
      .changes()
      .filter(({ before, after }) => before?.epoch !== after.epoch)
      .flatMap(({ after }) => {
        const isForced = work.requestSpecs.get(after.instanceUuid)?.spec.forced === true;
        const why = whyClosed(cell.database.children.get(after.child), isForced);
        return why ? [`${cell.path} sends ${after.instanceUuid} to ${after.child}, which is ${why}`] : [];
      }),
  ],
};

/** The order to open it came in the same batch as what is placed there. */
const opens = (before: HostRow | undefined, after: HostRow): boolean => isClosed(before) && !isClosed(after);

const isClosed = (host: HostRow | undefined): boolean => host?.enabled === false || host?.forcedDown === true;

/** A host that an administrator forces may be in a cell that drains. */
const whyClosed = (child: ChildRow | undefined, isForced: boolean): string | undefined => {
  if (child?.enabled === false) return 'disabled';
  return child?.draining === 100 && !isForced ? 'drained' : undefined;
};
