import { describe, expect, it } from 'vitest';
import { drawPlan } from './draw-plan.js';
import { play } from './play.js';
import { tellStory } from './tell-story.js';

/** 1,000 in `npm test`; fewer while you work: CANOPY_SIM_SEEDS=20. */
const SEEDS = Number(process.env.CANOPY_SIM_SEEDS ?? 1000);
/** Vitest runs files beside each other, so the seeds are dealt out to as many files. */
const FILES = 4;
/** So that vitest can say how far it is, and which of them failed. */
const AT_A_TIME = 50;

/** The seeds of one file: every fourth. */
export const describeSeeds = (file: number): void => {
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1).filter(seed => seed % FILES === file % FILES);
  describe('a tree of cells in which things go wrong', () => {
    for (let at = 0; at < seeds.length; at += AT_A_TIME) {
      const some = seeds.slice(at, at + AT_A_TIME);
      it(`keeps every promise in the worlds of seeds ${some[0]} to ${some.at(-1)}`, async () => {
        for (const seed of some) {
          const { world, violations } = await play(drawPlan(seed));
          expect(violations.length, `${tellStory(world, violations)}\nFor a shorter story: npm run sim -- --seed ${seed}`).toBe(0);
        }
      });
    }
  });
};
