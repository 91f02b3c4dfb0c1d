import { type CellPayload, type GuestOrder, NOT_TO_BE_DONE } from '#contracts';
import type { Cell } from './cell.js';
import type { InstanceRow } from './rows.js';
import type { UnitOfWork } from './unit-of-work.js';

type Told = Pick<GuestOrder, 'instanceUuid' | 'epoch' | 'requestId'>;

/**
 * An order to make an image that is not carried out leaves a record that waits for data. A cell has no way to the image service, and a
 * host has: it gets the order as one that is not to be done, and throws the image away. An instance without a host has no image made of it.
 */
export const discardRefused = (
  cell: Cell,
  tx: UnitOfWork,
  { host }: InstanceRow,
  { action, ...told }: Told & Pick<CellPayload<'instance.action'>, 'action'>,
): void => {
  if (host === null || action.name === 'shelveOffload' || !('upload' in action)) return;
  cell.sendToHost(tx, host, 'guest.act', told.requestId, { ...told, action }, NOT_TO_BE_DONE);
};
