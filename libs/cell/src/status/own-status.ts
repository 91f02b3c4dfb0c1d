import type { CellStatus, ChildStanding } from '#contracts';
import { SOFTWARE_VERSION } from '#domain';
import { capacityOf } from '#scheduling';
import { drainedPercent, healthOf } from '../admin/neighbours.js';
import { type CellCapacity, hostCandidate, isHostUp } from '../capacity.js';
import type { Cell } from '../cell.js';
import type { Globals } from '../globals.js';
import { isRefused, refusalOf } from '../hosts/refused-host.js';
import type { ChildRow } from '../rows.js';
import type { Backlog } from './cell-mirror.js';

export interface StatusFacts {
  readonly capacity: CellCapacity;
  readonly backlog: Backlog;
  readonly globals: Globals;
}

/** After an upgrade that went wrong it may be all of them; an operator needs one to see what it is. */
const REFUSED_TOLD = 10;

/** How this cell stands now. */
export const ownStatus = (cell: Cell, { capacity, backlog: { outboxSince, ...queues }, globals }: StatusFacts): CellStatus => {
  const now = cell.clock.now();
  const { hosts, children } = capacity;
  const up = hosts.filter(host => isHostUp(host, now, cell)).length;
  const candidates = hosts.map(host => hostCandidate(host, now, cell, globals));
  return {
    path: cell.path,
    version: { epoch: 0, generation: now },
    gone: false,
    software: SOFTWARE_VERSION,
    protocol: cell.protocols.ours,
    startedAt: cell.startedAt,
    reportedAt: now,
    globalsVersion: globals.version,
    hostsUp: up,
    hostsDown: hosts.length - up,
    refusedHosts: hosts.filter(isRefused).slice(0, REFUSED_TOLD).map(refusalOf),
    instances: hosts.reduce((sum, host) => sum + host.claims, 0),
    pools: capacityOf(candidates, globals.shapes),
    queues,
    outboxSeconds: outboxSince === null ? 0 : Math.max(0, Math.floor((now - outboxSince) / 1000)),
    children: children.map(child => standingOf(cell, child)),
  };
};

const standingOf = (cell: Cell, child: ChildRow): ChildStanding => ({
  name: child.name,
  health: healthOf(cell, child),
  enabled: child.enabled,
  disabledReason: child.disabledReason,
  draining: child.draining,
  drainedPercent: drainedPercent(child, child.used.instances),
  weightOffset: child.weightOffset,
  weightScale: child.weightScale,
  quota: child.quota,
  used: child.used,
  lastSeenAt: child.lastSeenAt,
});
