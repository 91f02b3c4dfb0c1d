import { describe, expect, it } from 'vitest';
import { Decision } from '#contracts';
import { cellPolicy, pickCell } from './cells/pick-cell.js';
import { cellOf, hostOf, specOf } from './examples.fixture.js';
import { explain } from './explain.js';
import type { ExplainedChoice } from './explanation.js';
import type { HostCandidate } from './host-candidate.js';
import { type HostPolicy, hostPolicy, pickHost } from './pick-host.js';

const policy = hostPolicy({ cell: 'api!a' });
const shape = { vcpus: 4, memoryMb: 4096, diskGb: 20 };
const spec = specOf({ shape });
const withFree = (host: string, free: Partial<HostCandidate['free']>, with_: Partial<HostCandidate> = {}) =>
  hostOf({ host, free: { vcpus: 64, memoryMb: 8192, diskGb: 1_000, ...free }, ...with_ });

const told = (hosts: readonly HostCandidate[], options: { thorough?: boolean; policy?: HostPolicy } = {}): ExplainedChoice => {
  const { decision } = pickHost(hosts, spec, options.policy ?? policy, options);
  // As it comes back from where it was kept.
  return explain({ cell: 'api!a', at: 5, instanceUuid: spec.instanceUuid, decision: Decision.parse(JSON.parse(JSON.stringify(decision))) });
};
const candidate = (choice: ExplainedChoice, name: string) => choice.candidates.find(one => one.name === name)!;

describe('the explanation of a choice', () => {
  it('gives each that passed its weights: raw, stretched over those that passed, and multiplied', () => {
    const stacking = hostPolicy({ cell: 'api!a', weights: { RAMWeigher: -2, DiskWeigher: 0 } });
    const choice = told(
      [withFree('h1', { memoryMb: 4096 }), withFree('h2', { memoryMb: 8192 }), withFree('h3', { memoryMb: 6144, vcpus: 8 })],
      {
        policy: stacking,
      },
    );
    expect(choice).toMatchObject({ cell: 'api!a', at: 5, considered: 3, passed: 3, chosen: 'h1', tieBreakSeed: spec.instanceUuid });
    expect(choice.candidates.map(({ name, weight, chosen }) => [name, weight, chosen])).toEqual([
      ['h1', 1, true],
      ['h2', -1, false],
      ['h3', -1, false],
    ]);
    expect(candidate(choice, 'h3').weights).toEqual([
      { weigher: 'RAMWeigher', raw: 6144, normalised: 0.5, multiplier: -2, weight: -1 },
      { weigher: 'CPUWeigher', raw: 8, normalised: 0, multiplier: 1, weight: 0 },
    ]);
    expect(candidate(choice, 'h1').verdicts.every(verdict => verdict.passed)).toBe(true);
    expect(candidate(choice, 'h1').verdicts).toHaveLength(policy.filters.length);
  });

  it('an absolute weight is told as it is', () => {
    const cells = [cellOf('a', 4), cellOf('b', 2, { weightOffset: 1.5 })];
    const { decision } = pickCell(cells, specOf(), cellPolicy({ cell: 'api' }));
    const choice = explain({ cell: 'api', at: 0, instanceUuid: 'u', decision });
    expect(choice.chosen).toBe('b');
    expect(candidate(choice, 'b').weights).toEqual([
      { weigher: 'CellFitsWeigher', raw: 2, normalised: 0, multiplier: 1, weight: 0 },
      { weigher: 'WeightOffsetWeigher', raw: 1.5, normalised: 1.5, multiplier: 1, weight: 1.5 },
    ]);
  });

  it('of one that fell, tells what was asked about it until then, with the numbers', () => {
    const choice = told([withFree('h1', {}), withFree('h2', { memoryMb: 512, diskGb: 5 })]);
    const { verdicts, weight } = candidate(choice, 'h2');
    expect(verdicts.at(-1)).toEqual({
      filter: 'RamFilter',
      passed: false,
      reason: '512 MB free, 4096 MB wanted',
      numbers: { of: 'memoryMb', has: 512, needs: 4096 },
    });
    expect(verdicts.slice(0, -1).every(verdict => verdict.passed)).toBe(true);
    expect(weight).toBeNull();
    expect(choice.nearestMiss).toBeNull();
  });

  it('when nothing passes, or when asked thoroughly, every filter is asked about each', () => {
    const full = withFree('h2', { memoryMb: 512, diskGb: 5 });
    for (const choice of [told([full]), told([withFree('h1', {}), full], { thorough: true })]) {
      const { verdicts } = candidate(choice, 'h2');
      expect(verdicts.map(({ filter }) => filter)).toEqual(policy.filters.map(({ name }) => name));
      expect(verdicts.filter(({ passed }) => !passed).map(({ filter }) => filter)).toEqual(['RamFilter', 'DiskFilter']);
    }
  });

  it('the choice of a thorough look is the choice that is made', () => {
    const hosts = ['h1', 'h2', 'h3'].map(host => withFree(host, {}));
    expect(told(hosts, { thorough: true }).chosen).toBe(told(hosts).chosen);
  });
});

describe('the nearest miss', () => {
  const miss = (...hosts: HostCandidate[]) => told(hosts).nearestMiss;

  it('is the one that lacks least of what is wanted, told in words and numbers', () => {
    expect(miss(withFree('h16', { memoryMb: 1024 }), withFree('h17', { memoryMb: 2048 }))).toEqual({
      name: 'h17',
      needs: { memoryMb: 2048 },
      text: 'needs 2048 MB more on h17',
    });
    expect(miss(withFree('h1', { memoryMb: 0, vcpus: 2 }), withFree('h2', { memoryMb: 2048, vcpus: 2, diskGb: 19 }))?.text).toBe(
      'needs 2048 MB and 2 vCPUs and 1 GB of disk more on h2',
    );
  });

  it('is one that lacks only room before one that room would not help', () => {
    const disabled = withFree('h1', {}, { enabled: false, disabledReason: 'new disks' });
    expect(miss(disabled, withFree('h2', { memoryMb: 0 }))?.name).toBe('h2');
    expect(miss(disabled, withFree('h2', { memoryMb: 0 }, { up: false }))?.text).toBe('h1: disabled: new disks');
    expect(miss(withFree('h2', { memoryMb: 0 }, { up: false }))).toEqual({
      name: 'h2',
      needs: { memoryMb: 4096 },
      text: 'h2: down: its heartbeat is overdue; needs 4096 MB more on h2',
    });
  });

  it('of a host that was given too much counts from below nothing', () => {
    expect(miss(withFree('h1', { memoryMb: -1024 }))?.needs).toEqual({ memoryMb: 5120 });
  });

  it('is a cell when cells were asked, and nobody when there was nobody', () => {
    const { decision } = pickCell(
      [cellOf('a', 2, { reserved: [{ shape: specOf().shape, zone: null, traits: '', count: 2 }] })],
      specOf(),
      cellPolicy({ cell: 'api' }),
    );
    const { nearestMiss, candidates } = explain({ cell: 'api', at: 0, instanceUuid: 'u', decision });
    expect(nearestMiss).toEqual({ name: 'a', needs: { servers: 1 }, text: 'a: no room for it: fits 2 of m1.small, 2 reserved' });
    expect(candidates[0]?.verdicts.at(-1)?.reason).toBe('fits 2 of m1.small, 2 reserved');
    expect(miss()).toBeNull();
  });
});

describe('of a thousand hosts', () => {
  const hosts = Array.from({ length: 1_000 }, (_, i) => withFree(`h${i}`, { memoryMb: i }));

  it('the nearest twenty that fell are told, and all are counted', () => {
    const choice = told(hosts);
    expect(choice).toMatchObject({ considered: 1_000, passed: 0 });
    expect(choice.candidates.map(({ name }) => name)).toEqual(Array.from({ length: 20 }, (_, i) => `h${999 - i}`));
    expect(choice.nearestMiss?.text).toBe('needs 3097 MB more on h999');
    expect(choice.filters.at(-1)).toEqual({ filter: 'DiskFilter', left: 0 });
  });

  it('the best twenty that passed are told, best first', () => {
    const roomy = hosts.map(host => ({ ...host, free: { ...host.free, memoryMb: host.free.memoryMb + 4096 } }));
    const choice = told(roomy);
    expect(choice.passed).toBe(1_000);
    expect(choice.candidates.map(({ name }) => name)).toEqual(Array.from({ length: 20 }, (_, i) => `h${999 - i}`));
  });
});
