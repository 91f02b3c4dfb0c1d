import { describe, expect, it } from 'vitest';
import type { CellCandidate } from './cells/cell-candidate.js';
import { cellPolicy, pickCell } from './cells/pick-cell.js';
import { cellOf, hostOf, specOf } from './examples.fixture.js';
import type { HostCandidate } from './host-candidate.js';
import { hostPolicy, pickHost } from './pick-host.js';
import type { RequestSpec } from './request-spec.js';

const hosts = hostPolicy({ cell: 'api!a' });
const cells = cellPolicy({ cell: 'api' });

/** Which filter refuses one host, named and forced. */
const refusals = (host: Partial<HostCandidate>, spec: Partial<RequestSpec> = {}) =>
  (['named', 'forced'] as const).map(
    asked => pickHost([hostOf(host)], specOf({ ...spec, asked }), hosts).trail.find(one => one.after === 0)?.filter,
  );

const cellRefusals = (cell: Partial<CellCandidate>, spec: Partial<RequestSpec> = {}, fits = 5) =>
  (['named', 'forced'] as const).map(
    asked => pickCell([cellOf('a', fits, cell)], specOf({ ...spec, asked }), cells).trail.find(one => one.after === 0)?.filter,
  );

const twice = (filter: string) => [filter, filter];

describe('a host that an administrator forces', () => {
  it('passes by what an operator may leave out', () => {
    expect(refusals({ aggregates: [{ filter_tenant_id: 'p2' }] })).toEqual(['AggregateMultiTenancyIsolation', undefined]);
    expect(refusals({}, { extraSpecs: { 'capabilities:hypervisor_type': 'LXC' } })).toEqual(['ComputeCapabilitiesFilter', undefined]);
    expect(refusals({}, { imageProperties: { img_hv_type: 'lxc' } })).toEqual(['ImagePropertiesFilter', undefined]);
    expect(refusals({}, { near: { with: null, without: new Set(['h1']) } })).toEqual(['DifferentHostFilter', undefined]);
    const group = { policy: 'anti-affinity' as const, maxServerPerHost: 1, members: new Map([['h1', 1]]), elsewhere: null };
    expect(refusals({}, { group })).toEqual(['ServerGroupAntiAffinityFilter', undefined]);
  });

  it('is still to be alive, enabled, untried, in the zone, of the traits and with the room', () => {
    expect(refusals({ up: false })).toEqual(twice('ComputeFilter'));
    expect(refusals({ enabled: false })).toEqual(twice('ComputeFilter'));
    expect(refusals({}, { tried: new Set(['h1']) })).toEqual(twice('RetryFilter'));
    expect(refusals({}, { zone: 'z2' })).toEqual(twice('AvailabilityZoneFilter'));
    expect(refusals({}, { extraSpecs: { 'trait:HW_CPU_X86_AVX2': 'required' } })).toEqual(twice('TraitsFilter'));
    expect(refusals({ free: { vcpus: 64, memoryMb: 100, diskGb: 100 } })).toEqual(twice('RamFilter'));
    expect(refusals({ free: { vcpus: 0, memoryMb: 9000, diskGb: 100 } })).toEqual(twice('CoreFilter'));
    expect(refusals({ free: { vcpus: 64, memoryMb: 9000, diskGb: 1 } })).toEqual(twice('DiskFilter'));
  });

  it('is asked the same whatever filters an operator chose, and the decision says that it was forced', () => {
    const few = hostPolicy({ cell: 'api!a', filters: ['RamFilter'] });
    const { decision, trail } = pickHost([hostOf({ up: false })], specOf({ asked: 'forced' }), few);
    expect(trail).toMatchObject([{ filter: 'ComputeFilter', after: 0 }]);
    expect(decision).toMatchObject({ asked: 'forced', chosen: null });
    expect(pickHost([hostOf()], specOf(), few).decision).not.toHaveProperty('asked');
  });
});

describe('the cell of a host that an administrator forces', () => {
  it('may drain, be full by its report and have no hosts of the kind: the host itself says what it has', () => {
    expect(cellRefusals({ draining: 100 })).toEqual(['CellDraining', undefined]);
    expect(cellRefusals({}, {}, 0)).toEqual(['CellCapacity', undefined]);
    expect(cellRefusals({}, { imageProperties: { img_hv_type: 'lxc' } })).toEqual(['CellCapacity', undefined]);
  });

  it('is still to be enabled, heard of, untried, the one that has it, and within its quota', () => {
    expect(cellRefusals({ enabled: false })).toEqual(twice('CellEnabled'));
    expect(cellRefusals({ mute: true })).toEqual(twice('CellNotMute'));
    expect(cellRefusals({}, { tried: new Set(['a']) })).toEqual(twice('CellNotTried'));
    expect(cellRefusals({}, { near: { with: new Set(['b']), without: new Set() } })).toEqual(twice('CellSameHost'));
    expect(cellRefusals({}, { zone: 'z9' })).toEqual(twice('CellAvailabilityZone'));
    expect(cellRefusals({ quota: { instances: 0, cores: null, ramMb: null } })).toEqual(twice('CellQuota'));
  });
});
