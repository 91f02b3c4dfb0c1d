import type { CellHealth, CellNode, CellStatus, ChildStanding } from '#contracts';
import { type CellMirror, STATUS_STALE_MS } from './cell-mirror.js';

/** As seen from a cell whose own status is fresh; the rest is what it last heard. */
export interface TreeView {
  readonly own: CellStatus;
  readonly mirrors: readonly CellMirror[];
  /** ms since 1970 */
  readonly now: number;
}

interface Place {
  readonly path: string;
  /** What its parent wants and hears of it; undefined for the cell that is asked. */
  readonly standing: ChildStanding | undefined;
  readonly mirror: CellMirror | undefined;
  /** Nobody is heard through a cell that is mute. */
  readonly isBehindMute: boolean;
}

/**
 * The cell that is asked and every cell below it, each before those below it. Which cells there are is what their parents say;
 * how they are is what they last said themselves, however old that is.
 */
export const treeOf = ({ own, mirrors, now }: TreeView): CellNode[] => {
  const heard = new Map(mirrors.filter(({ status }) => !status.gone).map(mirror => [mirror.status.path, mirror]));
  const visit = (place: Place): CellNode[] => {
    const health = healthOf(place, now);
    const children = place.mirror?.status.children ?? [];
    const below = children.map(standing => {
      const path = `${place.path}!${standing.name}`;
      return visit({ path, standing, mirror: heard.get(path), isBehindMute: health === 'mute' });
    });
    const own = nodeOf(place, health, now);
    return [
      withSums(
        own,
        below.flatMap(nodes => nodes.slice(0, 1)),
      ),
      ...below.flat(),
    ];
  };
  return visit({ path: own.path, standing: undefined, mirror: { status: own, receivedAt: now }, isBehindMute: false });
};

const healthOf = ({ standing, mirror, isBehindMute }: Place, now: number): CellHealth => {
  if (!standing) return 'up';
  if (standing.health === 'never-seen') return 'never-seen';
  if (isBehindMute || standing.health === 'mute') return 'mute';
  return mirror && now - mirror.receivedAt > STATUS_STALE_MS ? 'mute' : standing.health;
};

const nodeOf = ({ path, standing, mirror }: Place, health: CellHealth, now: number): CellNode => {
  const status = mirror?.status;
  const heardAt = mirror?.receivedAt ?? 0;
  return {
    path,
    health,
    enabled: standing?.enabled ?? true,
    disabledReason: standing?.disabledReason ?? null,
    draining: standing?.draining ?? 0,
    drainedPercent: standing?.drainedPercent ?? null,
    weightOffset: standing?.weightOffset ?? 0,
    weightScale: standing?.weightScale ?? 1,
    quota: standing?.quota ?? null,
    ageSeconds: heardAt > 0 ? Math.max(0, now - heardAt) / 1000 : null,
    lagSeconds: mirror ? lagOf(mirror) : null,
    startedAt: status?.startedAt ?? null,
    software: status?.software ?? null,
    protocol: status?.protocol ?? null,
    globalsVersion: status?.globalsVersion ?? null,
    hostsUp: status?.hostsUp ?? 0,
    hostsDown: status?.hostsDown ?? 0,
    refusedHosts: status?.refusedHosts ?? [],
    instances: status?.instances ?? 0,
    used: usedOf(standing, status),
    queues: status?.queues ?? {},
  };
};

/** How late what the cell says comes in here: as its last status did, or as what it has not even sent yet will. */
const lagOf = ({ status, receivedAt }: CellMirror): number => Math.max(0, (receivedAt - status.reportedAt) / 1000, status.outboxSeconds);

/** A child's use is what its parent counts; that of the cell that is asked is what its own hosts hold, and its children's. */
const usedOf = (standing: ChildStanding | undefined, status: CellStatus | undefined): CellNode['used'] => {
  if (standing) return standing.used;
  const taken = [
    ...(status?.pools ?? []).map(({ used }) => ({ cores: used.vcpus, ramMb: used.memoryMb })),
    ...(status?.children ?? []).map(({ used }) => used),
  ];
  return {
    instances: (status?.instances ?? 0) + sum(status?.children ?? [], child => child.used.instances),
    cores: sum(taken, part => part.cores),
    ramMb: sum(taken, part => part.ramMb),
  };
};

/** Hosts and servers are told for a cell with all that lies below it: that is what its operator thinks of as in it. */
const withSums = (node: CellNode, children: readonly CellNode[]): CellNode => ({
  ...node,
  hostsUp: node.hostsUp + sum(children, child => child.hostsUp),
  hostsDown: node.hostsDown + sum(children, child => child.hostsDown),
  instances: node.instances + sum(children, child => child.instances),
});

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((total, item) => total + of(item), 0);
