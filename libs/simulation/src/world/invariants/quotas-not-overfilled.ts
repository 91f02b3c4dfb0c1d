import { type InstanceRow, openMove, type UnitOfWork } from '#cell';
import type { SimulatedCell } from '../simulated-cell.js';
import type { Invariant } from './invariant.js';
import { useOf } from './quota-use.js';

const KEYS = ['instances', 'cores', 'ramMb'] as const;

/**
 * No project ever has more than its quota, however many requests meet. Nor is a cell sent more than its own quota allows it and all that
 * is below it; what was there before it was limited may stay.
 */
export const quotasNotOverfilled: Invariant = {
  name: 'no quota is overfilled',
  always: ({ users: { limits }, root: { database } }) => {
    const servers = database.instances.all().filter(row => row.deletedAt === null && !row.placement.quotaReturned);
    const used = useOf(servers, uuid => database.requestSpecs.get(uuid)?.spec);
    const over = KEYS.filter(key => used[key] > limits[key]);
    return over.map(key => `the project has ${used[key]} ${key}, of ${limits[key]}`);
  },
  atCommit: (cell, work) => childrenSentTo(work).flatMap(child => overfilled(cell, child, work)),
};

/** Where an instance comes, or begins to be resized. */
const childrenSentTo = (work: UnitOfWork): string[] => {
  const sent = work.instances
    .changes()
    .filter(({ before, after }) => after.deletedAt === null && (before?.nextHop !== after.nextHop || begins(before, after)));
  return [...new Set(sent.flatMap(({ after }) => after.nextHop ?? []))];
};

const begins = (before: InstanceRow, after: InstanceRow): boolean => {
  const move = openMove(after);
  return move?.type === 'resize' && move.status === 'accepted' && before.move?.uuid !== move.uuid;
};

const overfilled = ({ path, database }: SimulatedCell, child: string, work: UnitOfWork): string[] => {
  const quota = database.children.get(child)?.quota;
  if (!quota) return [];
  const changed = new Map(work.instances.changes().map(({ after }) => [after.uuid, after]));
  const rows = [...database.instances.all().filter(row => !changed.has(row.uuid)), ...changed.values()];
  const there = rows.filter(row => row.deletedAt === null && row.nextHop === child);
  const used = useOf(there, uuid => (work.requestSpecs.former(uuid) ?? database.requestSpecs.get(uuid))?.spec);
  const over = KEYS.filter(key => used[key] > (quota[key] ?? Number.POSITIVE_INFINITY));
  return over.map(key => `${path} has ${used[key]} ${key} in ${child}, which may have ${quota[key]}`);
};
