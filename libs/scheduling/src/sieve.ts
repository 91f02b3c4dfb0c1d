import type { TrailEntry } from '#contracts';
import type { RequestSpec } from './request-spec.js';
import { type Rejection, reasonOf, type Verdict } from './verdict.js';

export type Filter<C> = (candidate: C, spec: RequestSpec) => Verdict;
export interface NamedFilter<C> {
  readonly name: string;
  readonly passes: Filter<C>;
}

/** What the trail says about a choice. */
export interface ChoiceAmong<C> {
  /** Path of the cell that chooses. */
  readonly cell: string;
  readonly among: TrailEntry['among'];
  readonly nameOf: (candidate: C) => string;
}

export interface Fallen<C> {
  readonly candidate: C;
  readonly filter: string;
  readonly rejection: Rejection;
}

export interface Sieved<C> {
  /** Those that passed every filter, in the order they came. */
  readonly kept: C[];
  /** The first 20 of those that fell, in the order of falling. */
  readonly fallen: readonly Fallen<C>[];
  /** One entry per filter that was asked: those after the one that left nobody are not. */
  readonly trail: TrailEntry[];
}

/** Rejections that one entry spells out: enough to see the pattern, and a thousand hosts do not make a thousand lines in a message. */
export const REASONS_KEPT = 20;

/** Most filters reject nobody: one frozen object serves them all. */
const NOBODY: Record<string, string> = Object.freeze({});

export const sieve = <C>(
  candidates: readonly C[],
  spec: RequestSpec,
  filters: readonly NamedFilter<C>[],
  choice: ChoiceAmong<C>,
): Sieved<C> => {
  const kept = candidates.slice();
  const fallen: Fallen<C>[] = [];
  const trail: TrailEntry[] = [];
  for (const filter of filters) {
    trail.push(sieveOnce(kept, fallen, spec, filter, choice));
    if (kept.length === 0) break;
  }
  return { kept, fallen, trail };
};

/** Takes out of `kept`, in place, what the filter rejects. */
const sieveOnce = <C>(kept: C[], fallen: Fallen<C>[], spec: RequestSpec, filter: NamedFilter<C>, choice: ChoiceAmong<C>): TrailEntry => {
  const before = kept.length;
  let rejected = NOBODY;
  let after = 0;
  for (let i = 0; i < before; i++) {
    const candidate = kept[i]!;
    const verdict = filter.passes(candidate, spec);
    if (verdict === true) {
      kept[after++] = candidate;
      continue;
    }
    if (rejected === NOBODY) rejected = {};
    if (i - after < REASONS_KEPT) rejected[choice.nameOf(candidate)] = reasonOf(verdict);
    if (fallen.length < REASONS_KEPT) fallen.push({ candidate, filter: filter.name, rejection: verdict });
  }
  kept.length = after;
  return { cell: choice.cell, among: choice.among, filter: filter.name, before, after, rejected };
};
