import type { CellHealth, Neighbour } from '#contracts';
import type { CellName } from '#domain';
import { childPath, nameOf } from '#domain';
import { isMute } from '../capacity.js';
import type { Cell } from '../cell.js';
import type { ChildRow } from '../rows.js';
import type { AdminHandlersOf } from './admin-context.js';
import type { AdminParts } from './admin-handlers.js';
import { noSuchCell } from './cell-admin.js';

/** What a cell says of itself and of its neighbours. */
export const cellHandlers = (parts: AdminParts): AdminHandlersOf<'cell.info' | 'cell.list' | 'cell.show'> => {
  const { cell, store } = parts;
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
    'cell.show': async ({ name }) => {
      const child = (await store.readChildren()).find(row => row.name === name);
      if (!child) throw noSuchCell(childPath(cell.path, name as CellName));
      return childNeighbour(parts, child);
    },
  };
};

const parentNeighbour = ({ cell, facts }: AdminParts): Neighbour[] => {
  const { parent } = cell;
  if (parent === undefined) return [];
  const broker = facts.brokers.parent;
  return [
    {
      name: nameOf(parent),
      path: parent,
      type: 'parent',
      username: broker?.username ?? null,
      brokerHost: broker?.host ?? null,
      brokerPort: broker?.port ?? 0,
      capabilities: {},
      health: 'up',
      enabled: true,
      weightOffset: 0,
      lastSeenAt: null,
      silentSeconds: null,
    },
  ];
};

/** A child comes to this cell's broker, with an account of which only the broker knows. */
const childNeighbour = ({ cell, facts }: AdminParts, child: ChildRow): Neighbour => {
  const seen = child.lastSeenAt > 0;
  return {
    name: child.name,
    path: childPath(cell.path, child.name as CellName),
    type: 'child',
    username: null,
    brokerHost: facts.brokers.own.host,
    brokerPort: facts.brokers.own.port,
    capabilities: capabilitiesOf(child.report?.pools ?? []),
    health: healthOf(cell, child),
    enabled: child.enabled,
    weightOffset: child.weightOffset,
    lastSeenAt: seen ? child.lastSeenAt : null,
    silentSeconds: seen ? cell.attention.silence(child.lastSeenAt, cell.clock.now()) / 1000 : null,
  };
};

const healthOf = (cell: Cell, child: ChildRow): CellHealth => {
  if (child.lastSeenAt === 0) return 'never-seen';
  if (isMute(child, cell.clock.now(), cell)) return 'mute';
  return child.enabled ? 'up' : 'disabled';
};

/** What a host and a pool of hosts have in common. */
interface Kind {
  readonly hypervisorType: string;
  readonly zone: string;
  readonly traits: readonly string[];
}

/** In the words of Nova's cells, which told of `hypervisor` and `os`. */
const capabilitiesOf = (kinds: readonly Kind[]): Record<string, string[]> => ({
  hypervisor: distinct(kinds.map(kind => kind.hypervisorType)),
  availability_zone: distinct(kinds.map(kind => kind.zone)),
  traits: distinct(kinds.flatMap(kind => kind.traits)),
});

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
