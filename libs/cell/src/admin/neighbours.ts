import type { CellHealth, ChildShown, Neighbour } from '#contracts';
import { type CellName, childPath, nameOf } from '#domain';
import { isMute, mismatchOf } from '../capacity.js';
import type { Cell } from '../cell.js';
import { type ChildRow, NO_USE } from '../rows.js';
import type { ServersIn } from '../store.js';
import type { AdminParts } from './admin-handlers.js';

/** The cell above, of which this one knows only how it is reached; none at the root. */
export const parentNeighbour = ({ cell, facts }: AdminParts): Neighbour[] => {
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
      disabledReason: null,
      draining: 0,
      weightOffset: 0,
      weightScale: 1,
      quota: null,
      used: NO_USE,
      lastSeenAt: null,
      silentSeconds: null,
    },
  ];
};

/** A child comes to this cell's broker, with an account of which only the broker knows. */
export const childNeighbour = ({ cell, facts }: AdminParts, child: ChildRow): Neighbour => {
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
    disabledReason: child.disabledReason,
    draining: child.draining,
    weightOffset: child.weightOffset,
    weightScale: child.weightScale,
    quota: child.quota,
    used: child.used,
    lastSeenAt: seen ? child.lastSeenAt : null,
    silentSeconds: seen ? cell.attention.silence(child.lastSeenAt, cell.clock.now()) / 1000 : null,
  };
};

/** With the servers that are in it. */
export const shownChild = (parts: AdminParts, child: ChildRow, { count, uuids }: ServersIn): ChildShown => ({
  ...childNeighbour(parts, child),
  servers: count,
  drainedPercent: drainedPercent(child, count),
  remaining: child.draining > 0 ? [...uuids] : [],
});

/** Null while it does not drain. Servers that came in the meantime (a draining in part lets some in) are not counted below zero. */
export const drainedPercent = ({ drainFrom }: Pick<ChildRow, 'drainFrom'>, servers: number): number | null => {
  if (drainFrom === null) return null;
  if (servers === 0) return 100;
  return drainFrom === 0 ? 0 : Math.max(0, Math.floor((100 * (drainFrom - servers)) / drainFrom));
};

export const healthOf = (cell: Cell, child: ChildRow): CellHealth => {
  if (child.lastSeenAt === 0) return 'never-seen';
  if (isMute(child, cell.clock.now(), cell)) return 'mute';
  if (mismatchOf(child, cell)) return 'incompatible';
  if (!child.enabled) return 'disabled';
  return child.draining > 0 ? 'draining' : 'up';
};

/** What a host and a pool of hosts have in common. */
interface Kind {
  readonly hypervisorType: string;
  readonly zone: string;
  readonly traits: readonly string[];
}

/** In the words of Nova's cells, which told of `hypervisor` and `os`. */
export const capabilitiesOf = (kinds: readonly Kind[]): Record<string, string[]> => ({
  hypervisor: distinct(kinds.map(kind => kind.hypervisorType)),
  availability_zone: distinct(kinds.map(kind => kind.zone)),
  traits: distinct(kinds.flatMap(kind => kind.traits)),
});

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
