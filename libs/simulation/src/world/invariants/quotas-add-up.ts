import { type InstanceRow, NO_USE, type QuotaUsage } from '#cell';
import type { SimulatedCell } from '../simulated-cell.js';
import type { Invariant } from './invariant.js';
import { useOf } from './quota-use.js';

/** A server counts from its creation to its deletion, once: for its project, unless it is soft-deleted, and for each cell that it is in or below. */
export const quotasAddUp: Invariant = {
  name: 'quota equals the sum',
  atRest: ({ root, cells }) => [
    ...wrong(root, 'the project', root.database.quotaUsages.get('project') ?? NO_USE, isCharged),
    ...[...cells.values()].flatMap(cell =>
      cell.database.children.all().flatMap(({ name, used }) => wrong(cell, name, used, row => row.nextHop === name)),
    ),
  ],
};

/** A soft-deleted one takes room, but none of its project's quota. */
const isCharged = ({ vmState }: InstanceRow): boolean => vmState !== 'soft-delete';

const wrong = ({ path, database }: SimulatedCell, whose: string, said: QuotaUsage, counts: (row: InstanceRow) => boolean): string[] => {
  const there = database.instances.all().filter(row => row.deletedAt === null && counts(row));
  const sum = useOf(there, uuid => database.requestSpecs.get(uuid)?.spec);
  const right = said.instances === sum.instances && said.cores === sum.cores && said.ramMb === sum.ramMb;
  return right ? [] : [`${path} says that ${whose} uses ${JSON.stringify(said)}, its servers use ${JSON.stringify(sum)}`];
};
