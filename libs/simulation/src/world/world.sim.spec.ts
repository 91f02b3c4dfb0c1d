import { describe, expect, it } from 'vitest';
import { World } from './world.js';

const seeds = (): number[] => {
  const one = process.env.CANOPY_SIM_SEED;
  if (one) return [Number(one)];
  return Array.from({ length: Number(process.env.CANOPY_SIM_SEEDS ?? 200) }, (_, index) => index + 1);
};

describe('a tree of cells in which things go wrong', () => {
  it('comes to rest with every server in one place or none, and every host as full as its guests', async () => {
    for (const seed of seeds()) {
      const world = await World.begin({ seed });
      await world.live(40);
      const violations = await world.comeToRest();
      expect(violations.length, world.story(violations)).toBe(0);
    }
  });
});
