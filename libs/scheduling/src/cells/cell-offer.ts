import type { Pool } from '#contracts';
import type { RequestSpec } from '../request-spec.js';
import { seededRandom } from '../seeded-random.js';
import type { CellCandidate } from './cell-candidate.js';

type Drained = Pick<CellCandidate, 'name' | 'draining'>;

/**
 * What a cell that drains by p percent is offered of the `fits` guests that it would take: (100 - p) % of them. What is left of a whole
 * guest is drawn by the cell's name and the instance's uuid, so that a cell with room for one more, drained by half, takes every second
 * request, and the same request gets the same answer.
 */
export const offeredOf = (fits: number, { name, draining }: Drained, spec: Pick<RequestSpec, 'instanceUuid'>): number => {
  if (draining === 0) return fits;
  const share = (fits * (100 - draining)) / 100;
  const whole = Math.floor(share);
  return seededRandom(`drain ${name} ${spec.instanceUuid}`)() < share - whole ? whole + 1 : whole;
};

/** The pools of a cell that drains, as its parent tells of them further up: nobody above is told of room that is not given. */
export const poolsOffered = (pools: readonly Pool[], draining: number): readonly Pool[] =>
  draining === 0 ? pools : pools.map(pool => ({ ...pool, fits: offeredFits(pool.fits, draining) }));

const offeredFits = (fits: Readonly<Record<string, number>>, draining: number): Record<string, number> =>
  Object.fromEntries(Object.entries(fits).map(([shape, count]) => [shape, Math.floor((count * (100 - draining)) / 100)]));
