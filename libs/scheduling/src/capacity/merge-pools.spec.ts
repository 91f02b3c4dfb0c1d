import { describe, expect, it } from 'vitest';
import { poolOf, SMALL } from '../examples.fixture.js';
import { mergePools, poolsAfterReservations } from './merge-pools.js';

const KEY = '1v2048m20d';
const fitsOf = (pools: { fits: Record<string, number> }[]) => pools.map(pool => pool.fits[KEY]);

describe('pools less reservations', () => {
  const pools = [poolOf({ fits: { [KEY]: 2 } }), poolOf({ zone: 'z2', fits: { [KEY]: 5 } })];

  it('a reservation without a zone is charged where most fits, and the rest where less does', () => {
    expect(fitsOf(poolsAfterReservations(pools, [{ shape: SMALL, zone: null, count: 6 }]))).toEqual([1, 0]);
    expect(fitsOf(poolsAfterReservations(pools, [{ shape: SMALL, zone: null, count: 9 }]))).toEqual([0, 0]);
  });

  it('a reservation for a zone is charged there, and counts as used', () => {
    const left = poolsAfterReservations(pools, [{ shape: SMALL, zone: 'z1', count: 1 }]);
    expect(fitsOf(left)).toEqual([1, 5]);
    expect(left[0]?.used).toEqual(SMALL);
    expect(fitsOf(pools)).toEqual([2, 5]);
  });

  it('one without a zone takes nothing from those that must be in a zone, whichever came first', () => {
    const anywhere = { shape: SMALL, zone: null, count: 1 };
    const there = { shape: SMALL, zone: 'z2', count: 5 };
    for (const reserved of [
      [anywhere, there],
      [there, anywhere],
    ])
      expect(fitsOf(poolsAfterReservations(pools, reserved))).toEqual([1, 0]);
  });
});

it('merging does not change the reports that it adds up', () => {
  const pool = poolOf({ fits: { [KEY]: 2 } });
  const [merged] = mergePools([[pool], [pool, poolOf({ traits: ['CUSTOM_SSD'] })]]);
  expect(merged).toMatchObject({ hosts: 4, fits: { [KEY]: 4 } });
  expect(pool).toEqual(poolOf({ fits: { [KEY]: 2 } }));
});
