import type { TrailEntry } from '#contracts';
import { type HostCandidate, takeFrom } from './host-candidate.js';
import { hostFilters } from './host-filters.js';
import { hostWeighers } from './host-weighers.js';
import { type PolicyOptions, resolveFilters, resolveWeighers } from './policy.js';
import { type NamedWeigher, rank } from './ranking.js';
import type { RequestSpec } from './request-spec.js';
import { type ChoiceAmong, type NamedFilter, type Sieved, sieve } from './sieve.js';

export interface HostPolicyOptions extends PolicyOptions {
  /** How many more hosts to name besides the chosen one, for when its claim fails. */
  readonly alternates?: number;
}

export interface HostPolicy {
  readonly choice: ChoiceAmong<HostCandidate>;
  readonly filters: readonly NamedFilter<HostCandidate>[];
  readonly weighers: readonly NamedWeigher<HostCandidate>[];
  readonly alternates: number;
}

/** `host` is undefined when no host passed: the trail says why. */
export type HostPick =
  | { readonly host: HostCandidate; readonly alternates: readonly HostCandidate[]; readonly trail: TrailEntry[] }
  | { readonly host: undefined; readonly trail: TrailEntry[] };

/** Made once, at start. @throws CloudError `invalid` for a filter or weigher that does not exist. */
export const hostPolicy = (options: HostPolicyOptions): HostPolicy => ({
  choice: { cell: options.cell, among: 'hosts', nameOf: host => host.host },
  filters: resolveFilters<HostCandidate>(hostFilters, options.filters),
  weighers: resolveWeighers<HostCandidate>(hostWeighers, options.weights),
  alternates: options.alternates ?? 2,
});

export const filterHosts = (hosts: readonly HostCandidate[], spec: RequestSpec, policy: HostPolicy): Sieved<HostCandidate> =>
  sieve(hosts, spec, policy.filters, policy.choice);

/** Proposes a host; the snapshot stays as it is. */
export const pickHost = (hosts: readonly HostCandidate[], spec: RequestSpec, policy: HostPolicy): HostPick => {
  const { kept, trail } = filterHosts(hosts, spec, policy);
  const [host, ...alternates] = rank(kept, spec, policy.weighers, 1 + policy.alternates);
  return host ? { host, alternates, trail } : { host: undefined, trail };
};

/** One pick per spec, in order. Each takes its room out of the snapshot in place, so that the next sees what is really left. */
export const pickHosts = (hosts: readonly HostCandidate[], specs: readonly RequestSpec[], policy: HostPolicy): HostPick[] =>
  specs.map(spec => {
    const pick = pickHost(hosts, spec, policy);
    if (pick.host) takeFrom(pick.host, spec.shape);
    return pick;
  });
