import { guestActions } from '#domain';
import type { Invariant } from './invariant.js';

/** Those that open and close it, and those that Nova lets through: what only reads the disk, and an administrator's word. */
const ALLOWED: ReadonlySet<string> = new Set([
  'lock',
  'unlock',
  'resetState',
  ...Object.values(guestActions).flatMap(action => ('lockedToo' in action ? [action.record] : [])),
]);

/** From the moment that a lock is written no action of its owner that changes the server is accepted, until it is unlocked. */
export const locksKept: Invariant = {
  name: 'a locked server is left alone',
  atCommit: ({ database }, work) =>
    work.actions
      .all()
      .filter(({ instanceUuid, action }) => database.instances.get(instanceUuid)?.lock && !ALLOWED.has(action))
      .map(({ instanceUuid, action }) => `${action} of ${instanceUuid} is accepted, which is locked`),
};
