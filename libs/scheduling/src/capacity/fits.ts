import { type ResourceShape, timesThatFit } from '#domain';
import type { CellCandidate } from '../cells/cell-candidate.js';
import { roomFor } from '../cells/cell-room.js';
import type { HostCandidate } from '../host-candidate.js';
import type { HostPolicy } from '../pick-host.js';
import type { RequestSpec, Wanted } from '../request-spec.js';
import { guestsReserved } from './reservation.js';

/** How many such servers these hosts take, one after the other: exactly, host by host. */
export const fitsOnHosts = (hosts: readonly HostCandidate[], spec: RequestSpec, { filters }: HostPolicy): number => {
  const suits = (host: HostCandidate) => filters.every(filter => typeof filter.passes(host, spec) !== 'string');
  return hosts.reduce((sum, host) => (suits(host) ? sum + timesThatFit(host.free, spec.shape) : sum), 0);
};

/**
 * How many such servers a child would be given now: what its report says fits, less what was sent there since; of that the share that a
 * draining leaves, and no more than its quota. None when it is given nothing: disabled, silent, never heard of, or of a protocol that is
 * not spoken here.
 */
export const fitsInCell = (cell: CellCandidate, wanted: Wanted): number => {
  if (cell.report === null || !cell.enabled || cell.mute || cell.incompatible !== undefined) return 0;
  const offered = Math.floor((roomFor(cell.report, cell.reserved, wanted).fits * (100 - cell.draining)) / 100);
  return Math.min(offered, allowedBy(cell, wanted.shape));
};

/** How many guests were sent to a child and may land where such servers fit: all, until it has reported. */
export const reservedAgainst = ({ report, reserved }: CellCandidate, wanted: Wanted): number =>
  report === null ? guestsReserved(reserved) : roomFor(report, reserved, wanted).reserved;

const allowedBy = ({ quota, used }: CellCandidate, { vcpus, memoryMb }: ResourceShape): number => {
  if (quota === null) return Number.POSITIVE_INFINITY;
  const left = (limit: number | null, inUse: number, each: number) =>
    limit === null || each === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor((limit - inUse) / each));
  return Math.min(left(quota.instances, used.instances, 1), left(quota.cores, used.cores, vcpus), left(quota.ramMb, used.ramMb, memoryMb));
};
