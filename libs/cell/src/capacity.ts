import { type CapacityReport, type Pool, protocolMismatch } from '#contracts';
import type { ResourceShape } from '#domain';
import { type CellCandidate, capacityOf, type HostCandidate, mergePools, poolsAfterReservations, poolsOffered } from '#scheduling';
import type { Cell } from './cell.js';
import type { Globals } from './globals.js';
import type { ChildRow, HostRow, ReservedShape } from './rows.js';

/** Everything that a cell's capacity is made of, read at one moment. */
export interface CellCapacity {
  readonly hosts: readonly HostRow[];
  readonly children: readonly ChildRow[];
  readonly reserved: readonly ReservedShape[];
}

/** What guests may have of a host. */
const offeredBy = (host: HostRow): ResourceShape => ({
  vcpus: Math.floor((host.total.vcpus - host.reserved.vcpus) * host.cpuAllocationRatio),
  memoryMb: host.total.memoryMb - host.reserved.memoryMb,
  diskGb: host.total.diskGb - host.reserved.diskGb,
});

/** It reports, whatever an operator says of it. */
export const isHostHeard = (host: HostRow, now: number, cell: Cell): boolean =>
  cell.attention.silence(host.lastSeenAt, now) <= cell.timings.hostSilent * 1000;

export const isHostUp = (host: HostRow, now: number, cell: Cell): boolean => !host.forcedDown && isHostHeard(host, now, cell);

/** A host of the cell as the scheduler sees it. */
export const hostCandidate = (host: HostRow, now: number, cell: Cell, globals: Globals): HostCandidate => {
  const total = offeredBy(host);
  const { zone, aggregates } = globals.groupingOf(host.host);
  return {
    host: host.host,
    zone: zone ?? host.zone,
    aggregates,
    enabled: host.enabled,
    disabledReason: host.disabledReason,
    up: isHostUp(host, now, cell),
    total,
    free: { vcpus: total.vcpus - host.used.vcpus, memoryMb: total.memoryMb - host.used.memoryMb, diskGb: total.diskGb - host.used.diskGb },
    runningGuests: host.claims,
    hypervisorType: host.hypervisorType,
    traits: host.traits,
    architecture: host.architecture,
  };
};

export const isMute = (child: ChildRow, now: number, cell: Cell): boolean =>
  cell.attention.silence(child.lastSeenAt, now) > cell.timings.childSilent * 1000;

/** Why nothing may be given to the child, which speaks another protocol; undefined when it may. */
export const mismatchOf = ({ name, report }: ChildRow, cell: Cell): string | undefined =>
  report ? protocolMismatch(cell.protocols.ours, name, report.protocol) : undefined;

/** A child cell as the scheduler sees it. */
export const cellCandidate = (
  child: ChildRow,
  reserved: readonly ReservedShape[] = [],
  now: number,
  cell: Cell,
  globals: Globals,
): CellCandidate => ({
  name: child.name,
  enabled: child.enabled,
  draining: child.draining,
  incompatible: mismatchOf(child, cell),
  mute: isMute(child, now, cell),
  silentSeconds: cell.attention.silence(child.lastSeenAt, now) / 1000,
  report: child.report,
  reserved: reserved.map(({ shape, zone, traits, count }) => ({ shape, zone, traits, count })),
  weightOffset: child.weightOffset,
  weightScale: child.weightScale,
  outdated: (child.report?.globalsVersion ?? 0) < globals.version,
  quota: child.quota,
  used: child.used,
});

export const reservedByChild = (reserved: readonly ReservedShape[]): Map<string, ReservedShape[]> => {
  const byChild = new Map<string, ReservedShape[]>();
  for (const one of reserved) {
    const ofChild = byChild.get(one.child);
    if (ofChild) ofChild.push(one);
    else byChild.set(one.child, [one]);
  }
  return byChild;
};

/** What a cell tells its parent: its own hosts and its children's pools, less what it has promised there. */
export const capacityReport = (cell: Cell, { hosts, children, reserved }: CellCapacity, globals: Globals, now: number): CapacityReport => {
  const candidates = hosts.map(host => hostCandidate(host, now, cell, globals));
  const promised = reservedByChild(reserved);
  const live = children
    .map(child => cellCandidate(child, promised.get(child.name), now, cell, globals))
    .filter(child => child.enabled && child.draining < 100 && !child.mute && child.report);
  const parts: (readonly Pool[])[] = [capacityOf(candidates, globals.shapes)];
  for (const child of live) parts.push(poolsOffered(poolsAfterReservations(child.report!.pools, child.reserved), child.draining));
  const up = candidates.filter(host => host.up).length;
  return {
    cell: cell.path,
    version: { epoch: 0, generation: now },
    globalsVersion: globals.version,
    pools: mergePools(parts),
    protocol: cell.protocols.ours,
    hostsUp: up + sum(live, child => child.report!.hostsUp),
    hostsDown: candidates.length - up + sum(live, child => child.report!.hostsDown),
  };
};

const sum = <T>(items: readonly T[], of: (item: T) => number): number => items.reduce((total, item) => total + of(item), 0);
