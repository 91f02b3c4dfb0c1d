import type { CellName } from '#domain';
import { childPath } from '#domain';
import type { AdminHandlersOf } from './admin-context.js';
import type { AdminParts } from './admin-handlers.js';
import { childNeighbour } from './neighbours.js';

/** Cells that come below this one, and go. */
export const joiningHandlers = (parts: AdminParts): AdminHandlersOf<'cell.create' | 'cell.redeem' | 'cell.complete' | 'cell.remove'> => {
  const { joins, cell } = parts;
  return {
    'cell.create': async ({ name, tokenHash, expiresAt, weightOffset }) =>
      childNeighbour(parts, await joins.create(name, { hash: tokenHash, expiresAt }, weightOffset)),
    'cell.redeem': async proof => ({ path: childPath(cell.path, proof.name as CellName), brokerUrl: await joins.redeem(proof) }),
    'cell.complete': async ({ enable, ...proof }) => {
      const waitingFor = (await joins.complete(proof, { enable })) ?? null;
      return { joined: waitingFor === null, waitingFor };
    },
    'cell.remove': ({ name, force }, { operator }) => joins.remove(name, { force, requestId: operator.requestId }),
  };
};
