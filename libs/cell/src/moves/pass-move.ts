import type { CellPayload, Envelope } from '#contracts';
import type { Cell } from '../cell.js';
import type { InstanceRow } from '../rows.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { beyondCellQuota } from './beyond-cell-quota.js';
import { openMove } from './held.js';

/**
 * Passes an order about a move on to the child that has the instance. What a resize needs more counts against the child's quota from now
 * on; where that has no room the order goes on as refused, for only the cell that has the instance can say how it stands.
 */
export const passMove = (cell: Cell, tx: UnitOfWork, row: InstanceRow, received: Envelope, payload: CellPayload<'instance.move'>): void => {
  const { order } = payload;
  const spec = tx.requestSpecs.get(row.uuid)?.spec;
  if (order.name !== 'begin' || order.refusal !== null || !spec || openMove(row)) {
    cell.forward(tx, row.nextHop!, received);
    return;
  }
  const next: InstanceRow = { ...row, move: order.move };
  const refusal = beyondCellQuota(tx, row, next, spec) ?? null;
  if (refusal === null) tx.instances.put(next);
  cell.forward(tx, row.nextHop!, { ...received, payload: { ...payload, order: { ...order, refusal } } });
};
