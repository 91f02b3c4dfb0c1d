import type { Invariant } from './invariant.js';

const OPENS_AND_CLOSES: ReadonlySet<string> = new Set(['lock', 'unlock']);

/** From the moment that a lock is written no action of its owner is accepted, until it is unlocked. */
export const locksKept: Invariant = {
  name: 'a locked server is left alone',
  atCommit: ({ database }, work) =>
    work.actions
      .all()
      .filter(({ instanceUuid, action }) => database.instances.get(instanceUuid)?.lock && !OPENS_AND_CLOSES.has(action))
      .map(({ instanceUuid, action }) => `${action} of ${instanceUuid} is accepted, which is locked`),
};
