import type { CellPayload } from '#contracts';
import type { Cell } from './cell.js';
import type { InstanceRow } from './rows.js';
import type { UnitOfWork } from './unit-of-work.js';

const LONG_OVER = 0;

/**
 * An order to make an image that is not carried out leaves a record that waits for data. A cell has no way to the image service, and a
 * host has: it gets the order as one whose time was over whatever its clock
 * says, and throws the image away. An instance without a host has no image made of it.
 */
export const discardRefused = (cell: Cell, tx: UnitOfWork, { host }: InstanceRow, order: CellPayload<'instance.action'>): void => {
  const { action, ...guest } = order;
  if (host === null || action.name === 'shelveOffload' || !('upload' in action)) return;
  cell.sendToHost(tx, host, 'guest.act', order.requestId, { ...guest, action }, LONG_OVER);
};
