import type { Envelope } from '#contracts';
import { type CellPath, isAtOrBelow, nextHop } from '#domain';
import type { Cell } from '../cell.js';
import type { CommandHandlers } from '../from-parent.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { Upward } from '../upward.js';

/** What comes from the top for one host: passed on to the cell that has it, and carried out there. */
export const hostCommands = (cell: Cell, upward: Upward): Pick<CommandHandlers, 'host.update' | 'host.remove' | 'images.cache'> => ({
  'host.update': (tx, { cellPath, host: name, version, enabled, disabledReason, forcedDown }, received) => {
    if (cellPath !== cell.path) return passOn(cell, tx, cellPath, received);
    const host = tx.hosts.get(name);
    if (!host) return upward.hostGone(tx, { cellPath, host: name, version: { epoch: 0, generation: tx.now } });
    if (version <= host.orderedVersion) return;
    // As a claim, it raises the generation: a placement that has read the host before it finds that out, and chooses anew.
    tx.hosts.put({ ...host, enabled, disabledReason, forcedDown, orderedVersion: version, generation: host.generation + 1 });
    cell.log.info('host updated', { host: name, enabled, disabledReason, forcedDown, requestId: received.requestId });
  },

  'host.remove': (tx, { cellPath, host: name }, received) => {
    if (cellPath !== cell.path) return passOn(cell, tx, cellPath, received);
    const host = tx.hosts.get(name);
    if (host && host.claims > 0) {
      cell.log.warn('host not removed: it has instances', { host: name, instances: host.claims, requestId: received.requestId });
      return;
    }
    if (host) tx.hosts.remove(name);
    upward.hostGone(tx, { cellPath, host: name, version: { epoch: 0, generation: tx.now } });
    cell.log.info('host removed', { host: name, requestId: received.requestId });
  },

  'images.cache': (tx, { cellPath, hostNames, images }, received) => {
    if (cellPath !== cell.path) return passOn(cell, tx, cellPath, received);
    for (const name of hostNames)
      if (tx.hosts.get(name)) cell.sendToHost(tx, name, 'image.cache', received.requestId, { images }, received.deadline);
  },
});

const passOn = (cell: Cell, tx: UnitOfWork, cellPath: string, received: Envelope): void => {
  if (!isAtOrBelow(cellPath as CellPath, cell.path)) return;
  const child = nextHop(cell.path, cellPath as CellPath);
  if (tx.children.get(child)) cell.forward(tx, child, received);
};
