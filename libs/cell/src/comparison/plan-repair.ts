import type { ListedInstance } from '#contracts';
import type { InstanceRow, ReservationRow } from '../rows.js';

/** What a parent does about a row that its child does not have as it has. `why` stands in the log and in an operator's diff. */
export type Repair =
  | { readonly kind: 'none' | 'retell' | 'delete' | 'unknownAbove'; readonly why: string }
  | { readonly kind: 'recall'; readonly epoch: number; readonly why: string };

/** The parent's row and what goes with it, locked, and the child's as it was told. */
export interface Compared {
  readonly child: string;
  readonly row: InstanceRow | undefined;
  readonly reservation: ReservationRow | undefined;
  readonly theirs: ListedInstance | undefined;
}

/** See compare-children.ts for the table that this is. */
export const planRepair = ({ child, row, reservation, theirs }: Compared): Repair => {
  if (!row) return theirs ? { kind: 'unknownAbove', why: `${child} has it, and nobody here ever knew it` } : SETTLED;
  if (row.deletedAt !== null || row.nextHop !== child) {
    if (!theirs) return SETTLED;
    const where = row.deletedAt === null ? 'elsewhere' : 'deleted';
    return { kind: 'recall', epoch: Math.max(theirs.epoch, row.deletedAt === null ? 0 : row.highestEpoch), why: `it is ${where} here` };
  }
  if (row.placement.deleteRequest !== undefined)
    return { kind: 'delete', why: 'its deletion has not arrived, or its end is not known here' };
  if (reservation && isUnanswered(reservation) && (theirs?.epoch ?? -1) < reservation.epoch)
    return { kind: 'retell', why: `${child} does not have it, and did not answer its order` };
  if (!theirs) return { kind: 'retell', why: `${child} does not have it` };
  if (theirs.epoch === row.epoch && theirs.generation === row.generation && theirs.taskState === row.taskState) return SETTLED;
  return { kind: 'retell', why: `${versionOf(theirs)} in ${child}, ${versionOf(row)} here` };
};

/** Its order is on its way, or lost. */
export const isUnanswered = (reservation: ReservationRow): boolean => reservation.countedFrom === null;

const SETTLED: Repair = { kind: 'none', why: 'it is settled by now' };

const versionOf = ({ epoch, generation, taskState }: Pick<ListedInstance, 'epoch' | 'generation' | 'taskState'>): string =>
  `version ${epoch}.${generation}${taskState === null ? '' : ` (${taskState})`}`;
