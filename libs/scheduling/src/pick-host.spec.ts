import { describe, expect, it } from 'vitest';
import { hostOf, SMALL, specOf } from './examples.fixture.js';
import { hostPolicy, pickHost, pickHosts } from './pick-host.js';
import { formatTrail, noHostInCellMessage, noValidHostMessage } from './trail.js';

const policy = hostPolicy({ cell: 'api!a' });
const withFree = (host: string, memoryMb: number) => hostOf({ host, free: { vcpus: 64, memoryMb, diskGb: 1_000 } });

describe('picking a host', () => {
  it('prefers the host with the most room, and names alternates in order', () => {
    const pick = pickHost([withFree('h1', 4_096), withFree('h2', 16_384), withFree('h3', 8_192), withFree('h4', 2_048)], specOf(), policy);
    expect(pick.host?.host).toBe('h2');
    expect(pick.host && pick.alternates.map(host => host.host)).toEqual(['h3', 'h1']);
  });

  it('a negative multiplier stacks instead', () => {
    const stacking = hostPolicy({ cell: 'api!a', weights: { RAMWeigher: -1 } });
    expect(pickHost([withFree('h1', 4_096), withFree('h2', 16_384)], specOf(), stacking).host?.host).toBe('h1');
  });

  it('leaves the snapshot as it is when asked for one, and takes the room when asked for many', () => {
    const host = withFree('h1', 4_096);
    pickHost([host], specOf(), policy);
    expect(host.free.memoryMb).toBe(4_096);
    const picks = pickHosts([host], [specOf(), specOf(), specOf()], policy);
    expect(picks.map(pick => pick.host?.host)).toEqual(['h1', 'h1', undefined]);
    expect(host.free).toEqual({ vcpus: 62, memoryMb: 0, diskGb: 960 });
    expect(host.runningGuests).toBe(2);
  });

  it('spreads equals over the hosts by chance, each instance always the same way', () => {
    const hosts = Array.from({ length: 8 }, (_, i) => withFree(`h${i}`, 8_192));
    const choose = (i: number) => pickHost(hosts, specOf({ instanceUuid: `uuid-${i}` }), policy).host?.host;
    const chosen = Array.from({ length: 200 }, (_, i) => choose(i));
    expect(new Set(chosen).size).toBe(8);
    expect(Array.from({ length: 200 }, (_, i) => choose(i))).toEqual(chosen);
  });

  it('tells which filter left nobody and why', () => {
    const pick = pickHost([withFree('h1', 512), hostOf({ host: 'h2', up: false })], specOf(), policy);
    expect(pick.host).toBeUndefined();
    expect(pick.trail.at(-1)).toEqual({
      cell: 'api!a',
      among: 'hosts',
      filter: 'RamFilter',
      before: 1,
      after: 0,
      rejected: { h1: '512 MB free, 2048 MB wanted' },
    });
    expect(noValidHostMessage(pick.trail)).toBe(
      'No valid host was found. RamFilter of api!a left none of 1 hosts (512 MB free, 2048 MB wanted).',
    );
    expect(formatTrail(pick.trail)).toContain('api!a ComputeFilter: 2 hosts, 1 left\n  h2: down: its heartbeat is overdue\n');
  });

  it('keeps twenty reasons of a thousand, and counts the rest', () => {
    const hosts = Array.from({ length: 1_000 }, (_, i) => withFree(`h${i}`, 512));
    const { trail } = pickHost(hosts, specOf(), policy);
    expect(Object.keys(trail.at(-1)?.rejected ?? {})).toHaveLength(20);
    expect(formatTrail(trail)).toContain('and 980 more');
  });

  it('a cell without hosts says so', () => {
    expect(noValidHostMessage(pickHost([], specOf(), policy).trail)).toBe('No valid host was found. api!a has no hosts.');
  });

  it('a server that is in a cell already is told that it stays there, whatever came of its hosts', () => {
    const stays = 'Servers are moved inside their cell only.';
    const message = (hosts: Parameters<typeof pickHost>[0]) => noHostInCellMessage(pickHost(hosts, specOf(), policy).trail);
    expect(message([])).toBe(`No valid host was found. api!a has no hosts that will do. ${stays}`);
    expect(message([withFree('h1', 512)])).toBe(
      `No valid host was found. RamFilter of api!a left none of 1 hosts (512 MB free, 2048 MB wanted). ${stays}`,
    );
  });

  it('a message is never longer than a fault may be', () => {
    const trail = Array.from({ length: 40 }, (_, i) => ({
      cell: `api!cell-${i}`,
      among: 'hosts' as const,
      filter: 'RamFilter',
      before: 3,
      after: 0,
      rejected: {},
    }));
    expect(noValidHostMessage(trail)).toHaveLength(255);
    expect(noHostInCellMessage(trail)).toHaveLength(255);
    expect(noHostInCellMessage(trail)).toMatch(/\.\.\. Servers are moved inside their cell only\.$/);
  });

  it('a filter or weigher that does not exist is refused when the policy is made', () => {
    expect(() => hostPolicy({ cell: 'a', filters: ['ComputeFilter', 'PciFilter'] })).toThrow("there is no filter 'PciFilter'");
    expect(() => hostPolicy({ cell: 'a', weights: { PCIWeigher: 1 } })).toThrow("there is no weigher 'PCIWeigher'");
    expect(() => hostPolicy({ cell: 'a', filters: ['toString'] })).toThrow("there is no filter 'toString'");
    expect(() => hostPolicy({ cell: 'a', weights: { RAMWeigher: Number.NaN } })).toThrow('weights.RAMWeigher: NaN is not a number');
  });

  it('asks only the configured filters', () => {
    const lax = hostPolicy({ cell: 'a', filters: ['DiskFilter'] });
    expect(pickHost([hostOf({ host: 'h1', up: false })], specOf({ shape: SMALL }), lax).host?.host).toBe('h1');
  });

  it('counts the room and leaves out who was tried, whatever is configured', () => {
    const lax = hostPolicy({ cell: 'a', filters: ['ComputeFilter'] });
    expect(lax.filters.map(({ name }) => name)).toEqual([
      'RetryFilter',
      'AvailabilityZoneFilter',
      'TraitsFilter',
      'RamFilter',
      'CoreFilter',
      'DiskFilter',
      'ComputeFilter',
    ]);
    expect(pickHost([withFree('h1', 0)], specOf({ shape: SMALL }), lax).host).toBeUndefined();
  });
});
