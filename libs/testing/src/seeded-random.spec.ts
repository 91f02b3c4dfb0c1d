import { describe, expect, it } from 'vitest';
import { isUuid } from '#domain';
import { seededRandom } from './seeded-random.js';

describe('seededRandom', () => {
  it('gives the same for the same seed and something else for another', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return [random.fraction(), random.uuid(), random.fraction()];
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('spreads fractions evenly over 0 to 1', () => {
    const random = seededRandom(1);
    const values = Array.from({ length: 10_000 }, () => random.fraction());
    expect(values.every(value => value >= 0 && value < 1)).toBe(true);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1);
  });

  it('makes valid uuids that differ', () => {
    const random = seededRandom(3);
    const uuids = Array.from({ length: 100 }, () => random.uuid());
    expect(uuids.every(isUuid)).toBe(true);
    expect(new Set(uuids).size).toBe(100);
  });
});
