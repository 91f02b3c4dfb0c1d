import { type CellName, childPath } from '#domain';
import { treeOf } from '../status/tree.js';
import type { AdminHandlersOf } from './admin-context.js';
import type { AdminParts } from './admin-handlers.js';
import { capacitiesOf, childRoom, ownRoom } from './capacities.js';
import { noSuchCell } from './cell-admin.js';
import { changedChild } from './changed-child.js';
import { capabilitiesOf, childNeighbour, parentNeighbour, shownChild } from './neighbours.js';

/** So many servers that still keep a draining cell busy are named. */
const REMAINING_NAMED = 100;

type Operations = 'cell.info' | 'cell.list' | 'cell.tree' | 'cell.capacities' | 'cell.show' | 'cell.update';

/** What a cell says of itself and of its neighbours, and what it wants of its children. */
export const cellHandlers = (parts: AdminParts): AdminHandlersOf<Operations> => {
  const { cell, store } = parts;
  const unknown = (name: string) => noSuchCell(childPath(cell.path, name as CellName));
  const serversIn = async (name: string) => (await store.readServersIn([name], REMAINING_NAMED))[0] ?? { child: name, count: 0, uuids: [] };
  const show = async (name: string) => {
    const child = (await store.readChildren()).find(row => row.name === name);
    if (!child) throw unknown(name);
    return shownChild(parts, child, await serversIn(name));
  };

  return {
    'cell.info': async () => {
      const { hosts, children } = await store.readCapacity();
      const kinds = [...hosts, ...children.flatMap(child => child.report?.pools ?? [])];
      return { name: cell.name, path: cell.path, capabilities: capabilitiesOf(kinds) };
    },
    'cell.list': async () => {
      const children = (await store.readChildren()).map(child => childNeighbour(parts, child));
      return { neighbours: [...parentNeighbour(parts), ...children] };
    },
    'cell.tree': async () => {
      const [capacity, mirrors] = await Promise.all([store.readCapacity(), store.readMirrors(0)]);
      return { cells: treeOf({ own: await parts.teller.status(capacity), mirrors, now: cell.clock.now() }) };
    },
    'cell.capacities': async ({ name }) => {
      const capacity = await store.readCapacity();
      if (name === null) return capacitiesOf(parts, ownRoom(parts, capacity));
      const child = capacity.children.find(row => row.name === name);
      if (!child) throw unknown(name);
      return capacitiesOf(parts, childRoom(parts, child, capacity));
    },
    'cell.show': ({ name }) => show(name),
    'cell.update': async ({ name, changes }, { operator }) => {
      // With the lock of placement: what an operator disables gets nothing more from the moment of the answer.
      await store.transact({ children: [name], placement: true }, ({ work: tx }) => {
        const child = tx.children.get(name);
        if (!child) throw unknown(name);
        tx.children.put(changedChild(child, changes));
      });
      cell.log.info('child cell changed', { child: name, ...changes, requestId: operator.requestId, operator: operator.userId });
      return show(name);
    },
  };
};
