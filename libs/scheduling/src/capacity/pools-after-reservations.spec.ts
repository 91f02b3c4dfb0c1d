import { describe, expect, it } from 'vitest';
import { poolOf, SMALL } from '../examples.fixture.js';
import { poolsAfterReservations } from './pools-after-reservations.js';

const KEY = '1v2048m20d';
const fitsOf = (pools: { fits: Record<string, number> }[]) => pools.map(pool => pool.fits[KEY]);

describe('pools less reservations', () => {
  const pools = [poolOf({ fits: { [KEY]: 2 } }), poolOf({ zone: 'z2', fits: { [KEY]: 5 } })];

  it('a reservation without a zone is charged where most fits, and the rest where less does', () => {
    expect(fitsOf(poolsAfterReservations(pools, [{ shape: SMALL, zone: null, traits: '', count: 6 }]))).toEqual([1, 0]);
    expect(fitsOf(poolsAfterReservations(pools, [{ shape: SMALL, zone: null, traits: '', count: 9 }]))).toEqual([0, 0]);
  });

  it('a reservation for a zone is charged there, and counts as used', () => {
    const left = poolsAfterReservations(pools, [{ shape: SMALL, zone: 'z1', traits: '', count: 1 }]);
    expect(fitsOf(left)).toEqual([1, 5]);
    expect(left[0]?.used).toEqual(SMALL);
    expect(fitsOf(pools)).toEqual([2, 5]);
  });

  it('one without a zone takes nothing from those that must be in a zone, whichever came first', () => {
    const anywhere = { shape: SMALL, zone: null, traits: '', count: 1 };
    const there = { shape: SMALL, zone: 'z2', traits: '', count: 5 };
    for (const reserved of [
      [anywhere, there],
      [there, anywhere],
    ])
      expect(fitsOf(poolsAfterReservations(pools, reserved))).toEqual([1, 0]);
  });

  it('one that needs a trait is charged where the trait is, and one that forbids it elsewhere', () => {
    const kinds = [poolOf({ fits: { [KEY]: 2 }, traits: ['SSD'] }), poolOf({ fits: { [KEY]: 5 } })];
    const ssd = { shape: SMALL, zone: null, traits: '["+SSD"]', count: 1 };
    expect(fitsOf(poolsAfterReservations(kinds, [ssd]))).toEqual([1, 5]);
    expect(fitsOf(poolsAfterReservations(kinds, [{ ...ssd, count: 9 }]))).toEqual([0, 5]);
    expect(fitsOf(poolsAfterReservations(kinds, [{ ...ssd, traits: '["-SSD"]' }]))).toEqual([2, 4]);
  });

  it('makes way for the next one, where two may land in one pool and each in another, too', () => {
    const traits = [['A'], ['A', 'B'], ['B']];
    const three = [1, 2, 2].map((fits, index) => poolOf({ fits: { [KEY]: fits }, traits: traits[index]! }));
    const a = { shape: SMALL, zone: null, traits: '["+A"]', count: 3 };
    const b = { shape: SMALL, zone: null, traits: '["+B"]', count: 2 };
    for (const reserved of [
      [a, b],
      [b, a],
    ])
      expect(fitsOf(poolsAfterReservations(three, reserved))).toEqual([0, 0, 0]);
  });
});
