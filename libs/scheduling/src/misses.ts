import type { Miss, Refusal } from '#contracts';
import type { RequestSpec } from './request-spec.js';
import { type ChoiceAmong, type Fallen, type NamedFilter, REASONS_KEPT } from './sieve.js';
import { numbersOf, type Rejection, reasonOf } from './verdict.js';

/** Those that fell first, each with the filter that it fell at: nothing more was asked about it. */
export const firstMisses = <C>(fallen: readonly Fallen<C>[], { nameOf }: ChoiceAmong<C>): Miss[] =>
  fallen.map(({ candidate, filter, rejection }) => ({ name: nameOf(candidate), refusals: [refusal(filter, rejection)] }));

/**
 * Of those that fell, the nearest first, each with every filter that refuses it. Near is one that lacks only room, and of such the
 * one that lacks least of what is wanted; what a filter refuses for another reason no room would mend.
 */
export const nearestMisses = <C>(
  candidates: readonly C[],
  kept: readonly C[],
  spec: RequestSpec,
  filters: readonly NamedFilter<C>[],
  { nameOf }: ChoiceAmong<C>,
): Miss[] => {
  const passed = new Set(kept);
  const nearest: Near<C>[] = [];
  for (const candidate of candidates) {
    if (!passed.has(candidate)) insert(nearest, { candidate, name: nameOf(candidate), ...distanceOf(candidate, spec, filters) });
  }
  return nearest.map(({ candidate, name }) => ({ name, refusals: refusalsOf(candidate, spec, filters) }));
};

interface Distance {
  /** Filters that refuse it for another reason than room. */
  readonly unmendable: number;
  /** What is lacking as a part of what is wanted, added up. */
  readonly lack: number;
}

interface Near<C> extends Distance {
  readonly candidate: C;
  readonly name: string;
}

/** Keeps the nearest few in order. */
const insert = <C>(nearest: Near<C>[], one: Near<C>): void => {
  let place = nearest.length;
  while (place > 0 && isNearer(one, nearest[place - 1]!)) place--;
  if (place >= REASONS_KEPT) return;
  nearest.splice(place, 0, one);
  if (nearest.length > REASONS_KEPT) nearest.pop();
};

const isNearer = <C>(a: Near<C>, b: Near<C>): boolean => {
  if (a.unmendable !== b.unmendable) return a.unmendable < b.unmendable;
  return a.lack === b.lack ? a.name < b.name : a.lack < b.lack;
};

const distanceOf = <C>(candidate: C, spec: RequestSpec, filters: readonly NamedFilter<C>[]): Distance => {
  let unmendable = 0;
  let lack = 0;
  for (const filter of filters) {
    const verdict = filter.passes(candidate, spec);
    if (verdict === true) continue;
    if (typeof verdict === 'string') unmendable += 1;
    else lack += (verdict.needs - verdict.has) / Math.max(1, verdict.needs);
  }
  return { unmendable, lack };
};

const refusalsOf = <C>(candidate: C, spec: RequestSpec, filters: readonly NamedFilter<C>[]): Refusal[] =>
  filters.flatMap(filter => {
    const verdict = filter.passes(candidate, spec);
    return verdict === true ? [] : [refusal(filter.name, verdict)];
  });

const refusal = (filter: string, rejection: Rejection): Refusal => {
  const numbers = numbersOf(rejection);
  return { filter, reason: reasonOf(rejection), ...(numbers && { numbers }) };
};
