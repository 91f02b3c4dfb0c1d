import { describe, expect, it } from 'vitest';
import { cellOf, poolOf, specOf } from '../examples.fixture.js';
import { offeredOf, poolsOffered } from './cell-offer.js';
import { cellPolicy, pickCell } from './pick-cell.js';

const policy = cellPolicy({ cell: 'api' });
const requests = Array.from({ length: 1000 }, (_, n) => specOf({ instanceUuid: `request ${n}` }));
const chosen = (cells: ReturnType<typeof cellOf>[]) => requests.map(spec => pickCell(cells, spec, policy).cell?.name);
const countOf = (names: readonly (string | undefined)[], name: string) => names.filter(one => one === name).length;

describe('a cell that drains', () => {
  it('takes nothing new at 100 %, and everything again at 0 %', () => {
    expect(new Set(chosen([cellOf('a', 50, { draining: 100 })]))).toEqual(new Set([undefined]));
    expect(new Set(chosen([cellOf('a', 1, { draining: 0 })]))).toEqual(new Set(['a']));
    expect(pickCell([cellOf('a', 50, { draining: 100 })], specOf(), policy).trail.at(-1)).toMatchObject({
      filter: 'CellDraining',
      rejected: { a: 'draining: it takes nothing new' },
    });
  });

  it('is offered its part of what fits, to within one guest, the same for the same request', () => {
    for (const draining of [1, 30, 50, 99]) {
      const share = (7 * (100 - draining)) / 100;
      const offers = requests.map(spec => offeredOf(7, { name: 'a', draining }, spec));
      expect(Math.min(...offers)).toBeGreaterThanOrEqual(Math.floor(share));
      expect(Math.max(...offers)).toBeLessThanOrEqual(Math.ceil(share));
      expect(offers.reduce((sum, offer) => sum + offer, 0) / offers.length).toBeCloseTo(share, 1);
      expect(offers).toEqual(requests.map(spec => offeredOf(7, { name: 'a', draining }, spec)));
    }
  });

  it('by half, with room for one, takes every second request', () => {
    const taken = countOf(chosen([cellOf('a', 1, { draining: 50 })]), 'a');
    expect(taken).toBeGreaterThan(430);
    expect(taken).toBeLessThan(570);
    const refused = requests.map(spec => pickCell([cellOf('a', 1, { draining: 50 })], spec, policy)).find(pick => !pick.cell);
    expect(refused?.trail.at(-1)).toMatchObject({ rejected: { a: 'fits 1 of m1.small, 0 reserved, draining by 50 %' } });
  });

  it('is weighed by what it is offered, so a half-drained cell comes after one with three quarters of its room', () => {
    expect(pickCell([cellOf('half', 100, { draining: 50 }), cellOf('whole', 75)], specOf(), policy).cell?.name).toBe('whole');
    expect(pickCell([cellOf('half', 200, { draining: 50 }), cellOf('whole', 75)], specOf(), policy).cell?.name).toBe('half');
  });

  it('is told of further up as having no more than it is offered', () => {
    const pools = [poolOf({ fits: { '1v2048m20d': 7 } })];
    expect(poolsOffered(pools, 0)).toBe(pools);
    expect(poolsOffered(pools, 50)[0]?.fits).toEqual({ '1v2048m20d': 3 });
  });
});

it('a scale makes a cell count for so many times its room', () => {
  const cells = (weightScale: number) => [cellOf('roomy', 100), cellOf('scaled', 60, { weightScale })];
  expect(pickCell(cells(1), specOf(), policy).cell?.name).toBe('roomy');
  expect(pickCell(cells(2), specOf(), policy).cell?.name).toBe('scaled');
  expect(pickCell(cells(0), specOf(), policy).cell?.name).toBe('roomy');
});
