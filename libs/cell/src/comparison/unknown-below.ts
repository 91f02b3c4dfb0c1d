import type { CellPayload, Envelope } from '#contracts';
import { type CellPath, compareVersions, nameOf, PowerState } from '#domain';
import type { Cell } from '../cell.js';
import { faultOf, reportOf } from '../instances.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { Upward } from '../upward.js';
import { isUnanswered } from './plan-repair.js';

/**
 * This cell speaks for an owner that may go on by itself, so its version must be none that the owner comes to: two cells that have the
 * same version of different states would never find it.
 */
const FAR_AHEAD = 1_000_000;

/**
 * A child has no trace of an instance that it had: its database was lost, or set back to before the order. The server goes to ERROR
 * and says so; it stays where it was, for the guest may well run on, and comes back by itself when the child knows it again. One whose
 * order is still on its way, that has changed since the question, or that is being deleted is left alone.
 */
export const unknownBelow =
  (cell: Cell, upward: Upward) =>
  (tx: UnitOfWork, { instanceUuid, version }: CellPayload<'instance.unknown'>, received: Envelope): void => {
    const child = nameOf(received.source as CellPath);
    const row = tx.instances.get(instanceUuid);
    if (!row || row.deletedAt !== null || row.nextHop !== child || compareVersions(row, version) !== 0) return;
    const reservation = tx.reservations.get(instanceUuid);
    const isOnItsWay = reservation !== undefined && isUnanswered(reservation);
    if (isOnItsWay || row.placement.deleteRequest !== undefined || row.vmState === 'error') return;
    cell.log.error('an instance is lost below', { instanceUuid, child, cellPath: row.cellPath, host: row.host });
    const lost = {
      ...row,
      generation: row.generation + FAR_AHEAD,
      vmState: 'error' as const,
      taskState: null,
      powerState: PowerState.NOSTATE,
      fault: faultOf(`Cell ${received.source} has lost its record of this server.`, tx.now),
      updatedAt: tx.now,
    };
    tx.instances.put(lost);
    tx.reservations.remove(instanceUuid);
    upward.state(tx, reportOf(lost, row.cellPath ?? received.source, []), received.requestId);
  };
