import type { Decision } from '#contracts';
import { firstMisses, nearestMisses } from './misses.js';
import { type NamedWeigher, rank } from './ranking.js';
import type { RequestSpec } from './request-spec.js';
import { type ChoiceAmong, type NamedFilter, type Sieved, sieve } from './sieve.js';

/** What a choice goes by, whatever it is among. */
export interface Policy<C> {
  readonly choice: ChoiceAmong<C>;
  readonly filters: readonly NamedFilter<C>[];
  /** Asked instead where an administrator forces a host. */
  readonly filtersWhenForced: readonly NamedFilter<C>[];
  readonly weighers: readonly NamedWeigher<C>[];
}

export interface DecideOptions {
  /** How many of the best to name. */
  readonly wanted: number;
  /** Every filter is asked about each candidate that falls: for whoever wants to know, where nothing waits for the answer. */
  readonly thorough?: boolean;
}

export interface Decided<C> extends Sieved<C> {
  readonly best: readonly C[];
  readonly decision: Decision;
}

/**
 * Sieve, rank, and what is kept of both. A choice that was made keeps what was computed for it; one that found nobody, and a thorough
 * one, asks on for the nearest misses.
 */
export const decide = <C>(
  candidates: readonly C[],
  spec: RequestSpec,
  policy: Policy<C>,
  { wanted, thorough = false }: DecideOptions,
): Decided<C> => {
  const { weighers, choice } = policy;
  const filters = spec.asked === 'forced' ? policy.filtersWhenForced : policy.filters;
  const sieved = sieve(candidates, spec, filters, choice);
  const { kept, fallen, trail } = sieved;
  const { best, ranked, weighers: used } = rank(kept, spec, weighers, { wanted, nameOf: choice.nameOf });
  const complete = thorough || kept.length === 0;
  const decision: Decision = {
    among: choice.among,
    ...(spec.asked && { asked: spec.asked }),
    candidates: candidates.length,
    passed: kept.length,
    filters: filters.map(({ name }) => name),
    left: trail.map(({ after }) => after),
    misses: complete ? nearestMisses(candidates, kept, spec, filters, choice) : firstMisses(fallen, choice),
    complete,
    weighers: used,
    ranked,
    chosen: ranked[0]?.[0] ?? null,
  };
  return { ...sieved, best, decision };
};
