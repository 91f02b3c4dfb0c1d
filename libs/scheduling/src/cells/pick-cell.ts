import type { TrailEntry } from '#contracts';
import { reserve } from '../capacity/reservation.js';
import { type PolicyOptions, resolveFilters, resolveWeighers } from '../policy.js';
import { type NamedWeigher, rank } from '../ranking.js';
import type { RequestSpec } from '../request-spec.js';
import { type ChoiceAmong, type NamedFilter, sieve } from '../sieve.js';
import type { CellCandidate } from './cell-candidate.js';
import { cellFilters } from './cell-filters.js';
import { cellWeighers } from './cell-weighers.js';

export interface CellPolicy {
  readonly choice: ChoiceAmong<CellCandidate>;
  readonly filters: readonly NamedFilter<CellCandidate>[];
  readonly weighers: readonly NamedWeigher<CellCandidate>[];
}

/** `cell` is undefined when no cell passed: the trail says why. */
export type CellPick =
  | { readonly cell: CellCandidate; readonly trail: TrailEntry[] }
  | { readonly cell: undefined; readonly trail: TrailEntry[] };

/** Made once, at start. @throws CloudError `invalid` for a filter or weigher that does not exist. */
export const cellPolicy = (options: PolicyOptions): CellPolicy => ({
  choice: { cell: options.cell, among: 'cells', nameOf: cell => cell.name },
  filters: resolveFilters<CellCandidate>(cellFilters, options.filters),
  weighers: resolveWeighers<CellCandidate>(cellWeighers, options.weights),
});

/** Proposes a cell; the view stays as it is: whoever sends the build there calls `reserve`. */
export const pickCell = (cells: readonly CellCandidate[], spec: RequestSpec, policy: CellPolicy): CellPick => {
  const { kept, trail } = sieve(cells, spec, policy.filters, policy.choice);
  return { cell: rank(kept, spec, policy.weighers, 1)[0], trail };
};

/** One pick per spec, in order. Each is reserved in place at once, so that a burst spreads instead of running to the one cell that led. */
export const pickCells = (cells: readonly CellCandidate[], specs: readonly RequestSpec[], policy: CellPolicy): CellPick[] =>
  specs.map(spec => {
    const pick = pickCell(cells, spec, policy);
    if (pick.cell) reserve(pick.cell.reserved, spec);
    return pick;
  });
