import type { Decision, TrailEntry } from '#contracts';
import { reserve, reservedRoomOf } from '../capacity/reservation.js';
import { decide, type Policy } from '../decide.js';
import { allFilters, type PolicyOptions, resolveFilters, resolveWeighers } from '../policy.js';
import type { RequestSpec } from '../request-spec.js';
import type { CellCandidate } from './cell-candidate.js';
import { ALWAYS_ASKED_OF_CELLS, cellFilters, forcedCellFilters } from './cell-filters.js';
import { cellWeighers } from './cell-weighers.js';

export type CellPolicy = Policy<CellCandidate>;

/** `cell` is undefined when no cell passed: the trail says why. */
export interface CellPick {
  readonly cell: CellCandidate | undefined;
  readonly trail: TrailEntry[];
  readonly decision: Decision;
}

/** Made once, at start. @throws CloudError `invalid` for a filter or weigher that does not exist. */
export const cellPolicy = (options: PolicyOptions): CellPolicy => ({
  choice: { cell: options.cell, among: 'cells', nameOf: cell => cell.name },
  filters: resolveFilters<CellCandidate>(cellFilters, ALWAYS_ASKED_OF_CELLS, options.filters),
  filtersWhenForced: allFilters(forcedCellFilters),
  weighers: resolveWeighers<CellCandidate>(cellWeighers, options.weights),
});

/** Proposes a cell; the view stays as it is: whoever sends the build there calls `reserve`. */
export const pickCell = (
  cells: readonly CellCandidate[],
  spec: RequestSpec,
  policy: CellPolicy,
  { thorough = false }: { thorough?: boolean } = {},
): CellPick => {
  const { best, trail, decision } = decide(cells, spec, policy, { wanted: 1, thorough });
  return { cell: best[0], trail, decision };
};

/** One pick per spec, in order. Each is reserved in place at once, so that a burst spreads instead of running to the one cell that led. */
export const pickCells = (cells: readonly CellCandidate[], specs: readonly RequestSpec[], policy: CellPolicy): CellPick[] =>
  specs.map(spec => {
    const pick = pickCell(cells, spec, policy);
    if (pick.cell) reserve(pick.cell.reserved, reservedRoomOf(spec));
    return pick;
  });
