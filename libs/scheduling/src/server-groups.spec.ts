import { describe, expect, it } from 'vitest';
import type { CellCandidate } from './cells/cell-candidate.js';
import { OWN_HOSTS } from './cells/own-hosts.js';
import { cellPolicy, pickCell } from './cells/pick-cell.js';
import { cellOf, hostOf, specOf } from './examples.fixture.js';
import { hostFilters } from './host-filters.js';
import { hostPolicy, pickHost } from './pick-host.js';
import type { GroupPlaces } from './request-spec.js';

const group = (policy: GroupPlaces['policy'], members: Record<string, number>, with_: Partial<GroupPlaces> = {}) =>
  specOf({ group: { policy, maxServerPerHost: 1, members: new Map(Object.entries(members)), elsewhere: null, ...with_ } });
const { ServerGroupAffinityFilter, ServerGroupAntiAffinityFilter } = hostFilters;
const cells = cellPolicy({ cell: 'api' });
const hosts = hostPolicy({ cell: 'api!west' });

describe('a server group among hosts', () => {
  it('with affinity takes the first member anywhere, and the others to its host', () => {
    expect(ServerGroupAffinityFilter(hostOf(), group('affinity', {}))).toBe(true);
    expect(ServerGroupAffinityFilter(hostOf(), group('affinity', { h1: 2 }))).toBe(true);
    expect(ServerGroupAffinityFilter(hostOf(), group('affinity', { h2: 1 }))).toBe('its group is on h2');
    expect(ServerGroupAffinityFilter(hostOf(), group('affinity', {}, { elsewhere: 'c1' }))).toBe('its group is in c1');
  });

  it('with anti-affinity takes as many to a host as its rule says', () => {
    expect(ServerGroupAntiAffinityFilter(hostOf(), group('anti-affinity', { h2: 1 }, { elsewhere: 'c1' }))).toBe(true);
    expect(ServerGroupAntiAffinityFilter(hostOf(), group('anti-affinity', { h1: 1 }))).toBe('has 1 of its group, 1 allowed');
    expect(ServerGroupAntiAffinityFilter(hostOf(), group('anti-affinity', { h1: 2 }, { maxServerPerHost: 3 }))).toBe(true);
    expect(ServerGroupAntiAffinityFilter(hostOf(), group('anti-affinity', { h1: 3 }, { maxServerPerHost: 3 }))).toBe(
      'has 3 of its group, 3 allowed',
    );
  });

  it('with a soft policy prefers, against any difference in room, and refuses nothing', () => {
    const roomy = hostOf({ host: 'roomy' });
    const full = hostOf({ host: 'full', free: { vcpus: 1, memoryMb: 2048, diskGb: 20 } });
    const pick = (spec: ReturnType<typeof group>) => pickHost([roomy, full], spec, hosts).host?.host;
    expect(pick(group('soft-affinity', { full: 1 }))).toBe('full');
    expect(pick(group('soft-anti-affinity', { roomy: 1 }))).toBe('full');
    expect(pick(group('soft-anti-affinity', { roomy: 1, full: 2 }))).toBe('roomy');
    expect(pick(group('affinity', {}))).toBe('roomy');
  });
});

describe('a server group among cells', () => {
  const pick = (spec: ReturnType<typeof group>) => pickCell([cellOf('a', 50), cellOf('b', 2)], spec, cells);

  it('with affinity is bound to the cell of its first member', () => {
    expect(pick(group('affinity', { b: 1 })).cell?.name).toBe('b');
    expect(pick(group('affinity', {})).cell?.name).toBe('a');
    expect(pick(group('affinity', { [OWN_HOSTS]: 1 })).trail.at(-1)).toMatchObject({
      filter: 'CellServerGroup',
      rejected: { a: 'its group is in own hosts', b: 'its group is in own hosts' },
    });
  });

  it('with any kind of anti-affinity goes where few of it are', () => {
    expect(pick(group('anti-affinity', { a: 1 })).cell?.name).toBe('b');
    expect(pick(group('soft-anti-affinity', { a: 1, b: 2 })).cell?.name).toBe('a');
    expect(pick(group('soft-affinity', { b: 1 })).cell?.name).toBe('b');
  });
});

describe('the quota of a cell', () => {
  const quota = { instances: 10, cores: 20, ramMb: 8192 };
  const whyNot = (used: typeof quota, limits: CellCandidate['quota'] = quota) =>
    pickCell([cellOf('west', 5, { quota: limits, used })], specOf(), cells).trail.find(entry => entry.filter === 'CellQuota')?.rejected
      .west;

  it('refuses what exceeds it, with its numbers', () => {
    expect(whyNot({ instances: 10, cores: 1, ramMb: 0 })).toBe('quota of west: 10 of 10 instances, 1 wanted: needs 1 more');
    expect(whyNot({ instances: 9, cores: 20, ramMb: 0 })).toBe('quota of west: 20 of 20 cores, 1 wanted: needs 1 more');
    expect(whyNot({ instances: 9, cores: 1, ramMb: 8000 })).toBe('quota of west: 8000 of 8192 MB of memory, 2048 wanted: needs 1856 more');
  });

  it('takes what fits to the last unit, and has no limit where it names none', () => {
    expect(whyNot({ instances: 9, cores: 19, ramMb: 6144 })).toBeUndefined();
    expect(whyNot({ instances: 99, cores: 99, ramMb: 99_999 }, { instances: null, cores: null, ramMb: null })).toBeUndefined();
  });
});

describe('a cell whose report is older than the aggregates', () => {
  it('is asked for a zone that it does not tell of', () => {
    const pick = (outdated: boolean) => pickCell([cellOf('a', 5, { outdated })], specOf({ zone: 'new' }), cells).cell?.name;
    expect(pick(true)).toBe('a');
    expect(pick(false)).toBeUndefined();
  });
});

describe('aggregates', () => {
  const { AggregateMultiTenancyIsolation, AggregateInstanceExtraSpecsFilter } = hostFilters;
  const host = (...aggregates: Record<string, string>[]) => hostOf({ aggregates });
  const wants = (value: string) => specOf({ extraSpecs: { 'aggregate_instance_extra_specs:disk': value, other: 'x', 'hw:x': '1' } });

  it('keep their hosts for the projects that they name', () => {
    expect(AggregateMultiTenancyIsolation(host({}), specOf())).toBe(true);
    expect(AggregateMultiTenancyIsolation(host({ filter_tenant_id: 'p0, p1' }), specOf())).toBe(true);
    expect(AggregateMultiTenancyIsolation(host({ filter_tenant_id: 'p0' }), specOf())).toBe('its aggregate is for other projects');
    expect(AggregateMultiTenancyIsolation(host({ filter_tenant_id: 'p0' }, { filter_tenant_id2: 'p1' }), specOf())).toBe(true);
  });

  it.each([
    ['ssd', 'ssd', true],
    ['ssd', 'hdd', 'disk is hdd, the flavor needs ssd'],
    ['s== ssd', 'hdd,ssd', true],
    ['<or> ssd <or> nvme', 'nvme', true],
    ['<in> sd', 'ssd', true],
    ['<all-in> s d', 'ssd', true],
    ['>= 4', '10', true],
    ['= 4', '5', true],
    ['< 4', '4', 'disk is 4, the flavor needs < 4'],
    ['!= 4', '4', 'disk is 4, the flavor needs != 4'],
  ])('suit a flavor that wants disk %s with %s: %s', (wish, value, verdict) => {
    expect(AggregateInstanceExtraSpecsFilter(host({ a: 'b' }, { disk: value }), wants(wish))).toBe(verdict);
  });

  it('that do not tell what a flavor wants do not suit it', () => {
    expect(AggregateInstanceExtraSpecsFilter(host(), wants('ssd'))).toBe('none of its aggregates has disk');
  });
});
