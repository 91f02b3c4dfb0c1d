import type { Decision, TrailEntry } from '#contracts';
import { decide, type Policy } from './decide.js';
import { type HostCandidate, takeFrom } from './host-candidate.js';
import { ALWAYS_ASKED_OF_HOSTS, forcedHostFilters, hostFilters } from './host-filters.js';
import { hostWeighers } from './host-weighers.js';
import { allFilters, type PolicyOptions, resolveFilters, resolveWeighers } from './policy.js';
import type { RequestSpec } from './request-spec.js';

export interface HostPolicyOptions extends PolicyOptions {
  /** How many more hosts to name besides the chosen one, for when its claim fails. */
  readonly alternates?: number;
}

export interface HostPolicy extends Policy<HostCandidate> {
  readonly alternates: number;
}

/** `host` is undefined when no host passed: the trail says why. */
export type HostPick = { readonly trail: TrailEntry[]; readonly decision: Decision } & (
  | { readonly host: HostCandidate; readonly alternates: readonly HostCandidate[] }
  | { readonly host: undefined }
);

/** Made once, at start. @throws CloudError `invalid` for a filter or weigher that does not exist. */
export const hostPolicy = (options: HostPolicyOptions): HostPolicy => ({
  choice: { cell: options.cell, among: 'hosts', nameOf: host => host.host },
  filters: resolveFilters<HostCandidate>(hostFilters, ALWAYS_ASKED_OF_HOSTS, options.filters),
  filtersWhenForced: allFilters(forcedHostFilters),
  weighers: resolveWeighers<HostCandidate>(hostWeighers, options.weights),
  alternates: options.alternates ?? 2,
});

/** Proposes a host; the snapshot stays as it is. */
export const pickHost = (
  hosts: readonly HostCandidate[],
  spec: RequestSpec,
  policy: HostPolicy,
  { thorough = false }: { thorough?: boolean } = {},
): HostPick => {
  const { best, trail, decision } = decide(hosts, spec, policy, { wanted: 1 + policy.alternates, thorough });
  const [host, ...alternates] = best;
  return host ? { host, alternates, trail, decision } : { host: undefined, trail, decision };
};

/** One pick per spec, in order. Each takes its room out of the snapshot in place, so that the next sees what is really left. */
export const pickHosts = (
  hosts: readonly HostCandidate[],
  specs: readonly RequestSpec[],
  policy: HostPolicy,
  options: { thorough?: boolean } = {},
): HostPick[] =>
  specs.map(spec => {
    const pick = pickHost(hosts, spec, policy, options);
    if (pick.host) takeFrom(pick.host, spec.shape);
    return pick;
  });
