import type { Invariant } from './invariant.js';

/** What was begun before may still be committed, as in Nova: longer than a transaction takes, even in the worst weather. */
const BEGUN_BEFORE_MS = 7000;

export const disabledNotChosen: Invariant = {
  name: 'nothing new goes where an operator has disabled it',
  atCommit: (cell, work) => [
    ...work.hosts
      .changes()
      .filter(({ before, after }) => before && after.claims > before.claims && cell.disabledFor(after.host) > BEGUN_BEFORE_MS)
      .map(({ after }) => `${cell.path} claims on host ${after.host}, which is disabled`),
    ...work.reservations
      .changes()
      .filter(({ before, after }) => before?.epoch !== after.epoch && cell.disabledFor(after.child) > BEGUN_BEFORE_MS)
      .map(({ after }) => `${cell.path} sends ${after.instanceUuid} to ${after.child}, which is disabled`),
  ],
};
