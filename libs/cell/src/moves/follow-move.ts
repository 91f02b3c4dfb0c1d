import type { Move } from '#contracts';
import { flavorBy, isOver } from '#domain';
import type { InstanceRow } from '../rows.js';
import { chargeOf } from '../soft-delete/returned-quota.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { less, putMoved } from './held.js';

/** The move of an instance after a report of the cell that has it: one that was ordered and that the report does not know yet is kept. */
export const moveAfter = (known: Move | null, told: Move | null): Move | null =>
  !known || isOver(known) || told?.uuid === known.uuid ? told : known;

/**
 * Writes what a child tells of an instance, and what follows from its move: the flavor in the order of every cell on the way, and at the
 * top the record of the move, the flavor that users see and the quota of the project. All is derived from the rows before and after, so
 * a report that comes twice changes nothing.
 */
export const followMove = (tx: UnitOfWork, before: InstanceRow, after: InstanceRow, { isRoot }: { isRoot: boolean }): void => {
  if (!after.move || after.move === before.move) {
    tx.instances.put(after);
    return;
  }
  const held = tx.requestSpecs.get(after.uuid)?.spec;
  putMoved(tx, after);
  const now = tx.requestSpecs.get(after.uuid)?.spec;
  if (!isRoot) return;
  tx.moves.add({ instanceUuid: after.uuid, move: after.move, version: { epoch: after.epoch, generation: after.generation } });
  if (!held || !now) return;
  tx.quotaDeltas.add({ projectId: now.projectId, ...less(chargeOf(after, now), chargeOf(before, held)) });
  if (after.move.type === 'resize') tx.serverFlavors.add({ uuid: after.uuid, flavor: flavorBy(after.move) });
};
