import { describe, expect, it } from 'vitest';
import { MemoryCellStore } from '../store/memory-cell-store.js';
import { drawPlan } from './draw-plan.js';
import { play } from './play.js';
import { shorten } from './shorten.js';
import type { Tampering } from './surroundings.js';
import { cellsOf } from './tree.js';

const forgetsTombstones: Tampering = { makeStore: parts => new MemoryCellStore({ ...parts, tombstonesKeptMs: -1 }) };
/** In which it is soon noticed. */
const STORMY = { reordered: true, slowMessage: 0.3, processes: 2 };
const RESURRECTED = 'no server is resurrected';

const failingPlan = async () => {
  for (let seed = 1; seed <= 30; seed += 1) {
    const plan = drawPlan(seed, { weather: STORMY, seconds: 30 });
    const { violations } = await play(plan, forgetsTombstones, 90);
    if (violations.some(({ invariant }) => invariant === RESURRECTED)) return plan;
  }
  throw new Error('no seed fails');
};

describe('a story that is shortened', () => {
  it('breaks the same promise with a handful of acts, in a smaller tree and calmer weather', async () => {
    const plan = await failingPlan();
    const { world, violations } = await shorten(plan, RESURRECTED, { worlds: 150, tampering: forgetsTombstones });
    expect(violations.map(({ invariant }) => invariant)).toContain(RESURRECTED);
    expect(world.plan.acts.length).toBeLessThan(Math.min(plan.acts.length, 6));
    expect(cellsOf('api', world.plan.layout).length).toBeLessThan(cellsOf('api', plan.layout).length);
  });

  it('is the same each time', async () => {
    const plan = await failingPlan();
    const [first, second] = [1, 2].map(() => shorten(plan, RESURRECTED, { worlds: 8, tampering: forgetsTombstones }));
    expect((await first!).world.plan).toEqual((await second!).world.plan);
    expect((await first!).world.trace).toEqual((await second!).world.trace);
  });
});
