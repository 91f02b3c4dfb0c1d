import type { ResourceShape } from '#domain';
import type { Weigher } from './ranking.js';
import type { Filter } from './sieve.js';

/** One host as the scheduler's snapshot has it. A snapshot proposes; the claim in the database decides. */
export interface HostCandidate extends HostKind {
  readonly host: string;
  /** That of its aggregates, else the one it is configured with. */
  readonly zone: string;
  /** Metadata of each aggregate that it is in. */
  readonly aggregates: readonly Readonly<Record<string, string>>[];
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  /** Its heartbeat is fresh. */
  readonly up: boolean;
  /** What guests may have of it: after allocation ratio and reserved. */
  readonly total: ResourceShape;
  /** What is left of `total` after claims. `takeFrom` lowers it in place, so it must belong to this snapshot alone. */
  readonly free: MutableShape;
  /** Raised by `takeFrom`. */
  runningGuests: number;
}

/** What hosts of one pool have in common. */
export interface HostKind {
  readonly hypervisorType: string;
  readonly traits: readonly string[];
  /** Of its CPUs, as in `x86_64`; null when it is not known, and then any image passes. */
  readonly architecture: string | null;
}

export type MutableShape = { -readonly [dimension in keyof ResourceShape]: number };
export type HostFilter = Filter<HostCandidate>;
export type HostWeigher = Weigher<HostCandidate>;

/** Whether guests may be put on it at all. */
export const isUsable = (host: HostCandidate): boolean => host.enabled && host.up;

/** Books one guest in the snapshot, so that the next decision over it sees less room. */
export const takeFrom = (host: HostCandidate, shape: ResourceShape): void => {
  host.free.vcpus -= shape.vcpus;
  host.free.memoryMb -= shape.memoryMb;
  host.free.diskGb -= shape.diskGb;
  host.runningGuests += 1;
};
