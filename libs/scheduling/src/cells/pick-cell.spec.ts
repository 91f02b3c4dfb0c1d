import { describe, expect, it } from 'vitest';
import { cellOf, poolOf, reportOf, SMALL, specOf } from '../examples.fixture.js';
import type { RequestSpec } from '../request-spec.js';
import type { CellCandidate } from './cell-candidate.js';
import { fitsAfterReservations } from './cell-room.js';
import { cellPolicy, pickCell, pickCells } from './pick-cell.js';

const policy = cellPolicy({ cell: 'api' });
const specs = (count: number, with_: Partial<RequestSpec> = {}) =>
  Array.from({ length: count }, (_, i) => specOf({ instanceUuid: `uuid-${i}`, ...with_ }));
const whyNot = (cell: CellCandidate, spec = specOf()) => pickCell([cell], spec, policy).trail.at(-1);

describe('picking a cell', () => {
  it('fifteen builds over cells with room for twelve and for ten all find room', () => {
    const picks = pickCells([cellOf('a', 12), cellOf('b', 10)], specs(15), policy);
    const sentTo = (name: string) => picks.filter(pick => pick.cell?.name === name).length;
    expect(sentTo('a') + sentTo('b')).toBe(15);
    expect(Math.abs(sentTo('a') - sentTo('b') - 2)).toBeLessThanOrEqual(1);
  });

  it('builds beyond the room of all cells are refused, with the reservations in the reason', () => {
    const picks = pickCells([cellOf('a', 2), cellOf('b', 1)], specs(4), policy);
    expect(picks.slice(0, 3).every(pick => pick.cell)).toBe(true);
    expect(picks[3]?.cell).toBeUndefined();
    expect(picks[3]?.trail.at(-1)?.rejected).toEqual({ a: 'fits 2 of m1.small, 2 reserved', b: 'fits 1 of m1.small, 1 reserved' });
  });

  it('a cell that is disabled, mute, tried, elsewhere, full or unheard of is left out and says why', () => {
    expect(whyNot(cellOf('a', 5, { enabled: false }))).toMatchObject({ filter: 'CellEnabled', rejected: { a: 'disabled' } });
    expect(whyNot(cellOf('a', 5, { mute: true, silentSeconds: 311.6 }))).toMatchObject({
      filter: 'CellNotMute',
      rejected: { a: 'silent for 312 s' },
    });
    expect(whyNot(cellOf('a', 5), specOf({ tried: new Set(['a']) }))).toMatchObject({ filter: 'CellNotTried' });
    expect(whyNot(cellOf('a', 5), specOf({ zone: 'z9' }))).toMatchObject({
      filter: 'CellAvailabilityZone',
      rejected: { a: 'has no hosts in z9' },
    });
    expect(whyNot(cellOf('a', 0))).toMatchObject({ filter: 'CellCapacity', rejected: { a: 'fits 0 of m1.small, 0 reserved' } });
    expect(whyNot(cellOf('a', 5, { report: null }))).toMatchObject({ rejected: { a: 'has not reported its capacity yet' } });
    expect(whyNot(cellOf('a', 5), specOf({ extraSpecs: { 'trait:CUSTOM_GPU': 'required' } }))).toMatchObject({
      filter: 'CellCapacity',
      rejected: { a: 'has no hosts of the kind that m1.small and its image need' },
    });
  });

  it('an offset means what it says: above 1 it outweighs any room, below it does not', () => {
    const cells = (weightOffset: number) => [cellOf('roomy', 1_000_000), cellOf('wanted', 1, { weightOffset })];
    expect(pickCell(cells(1.5), specOf(), policy).cell?.name).toBe('wanted');
    expect(pickCell(cells(0.5), specOf(), policy).cell?.name).toBe('roomy');
    expect(pickCells(cells(1.5), specs(2), policy).map(pick => pick.cell?.name)).toEqual(['wanted', 'roomy']);
  });

  it('room is counted in the zone that is asked for, and reservations for another zone do not touch it', () => {
    const report = reportOf([poolOf({ fits: { '1v2048m20d': 3 } }), poolOf({ zone: 'z2', fits: { '1v2048m20d': 5 } })]);
    const reserved = [{ shape: SMALL, zone: 'z2', traits: '', count: 4 }];
    expect(fitsAfterReservations(report, reserved, specOf({ zone: 'z1' }))).toBe(3);
    expect(fitsAfterReservations(report, reserved, specOf({ zone: 'z2' }))).toBe(1);
    expect(fitsAfterReservations(report, reserved, specOf())).toBe(4);
    expect(fitsAfterReservations(report, [{ shape: SMALL, zone: null, traits: '', count: 2 }], specOf({ zone: 'z1' }))).toBe(1);
  });

  it('a reservation of a larger flavor takes as many slots of the smaller as it covers', () => {
    const report = reportOf([poolOf({ fits: { '1v2048m20d': 8 } })]);
    const large = { vcpus: 2, memoryMb: 5_000, diskGb: 20 };
    expect(fitsAfterReservations(report, [{ shape: large, zone: null, traits: '', count: 2 }], specOf())).toBe(2);
  });

  it('a flavor newer than the report is asked for where the sums leave room, and refused where they do not', () => {
    const huge = specOf({ shape: { vcpus: 40, memoryMb: 40_000, diskGb: 400 } });
    expect(pickCell([cellOf('a', 64)], huge, policy).cell?.name).toBe('a');
    const full = cellOf('b', 0, { report: reportOf([poolOf({ used: { vcpus: 100, memoryMb: 100_000, diskGb: 1_000 } })]) });
    expect(whyNot(full, huge)).toMatchObject({ filter: 'CellCapacity', rejected: { b: 'fits 0 of m1.small, 0 reserved' } });
  });

  it('room is that of the newest report, for each kind of request by itself', () => {
    const full = cellOf('a', 0);
    expect(whyNot(full)).toMatchObject({ filter: 'CellCapacity' });
    expect(pickCell([{ ...full, report: cellOf('a', 1).report }], specOf(), policy).cell?.name).toBe('a');
    const zoned = reportOf([poolOf({ zone: 'z2', fits: { '1v2048m20d': 5 } })]);
    expect(pickCell([cellOf('b', 0, { report: zoned })], specOf({ zone: 'z2' }), policy).cell?.name).toBe('b');
    expect(pickCell([cellOf('b', 0, { report: zoned })], specOf({ zone: 'nova' }), policy).cell).toBeUndefined();
    expect(pickCell([cellOf('b', 0, { report: zoned })], specOf(), policy).cell?.name).toBe('b');
  });
});
