import { expect, it } from 'vitest';
import type { BuildRound } from '../phases/build.js';
import { bestBuilds, figuresOf, medianOf } from './figures.js';

const round = (concurrency: number, activeSeconds: number, treeCpuMs: number): BuildRound => ({
  concurrency,
  servers: 100,
  active: 100,
  accepted: { succeeded: 100, seconds: activeSeconds / 2, latencyMs: { p50: 1, p90: 1, p99: 1, max: 1 }, bytes: 0, errors: {}, cpuMs: 0 },
  activeSeconds,
  cost: { seconds: activeSeconds, cpuMs: new Map(), treeCpuMs, commits: 150, statements: 0, messages: 200, machineMs: 0 },
});

it('the median of an even number is between the two in the middle, and nothing has none', () => {
  expect(medianOf([4, 1, 3, 10], value => value)).toBe(3.5);
  expect(medianOf([], () => 1)).toBeNull();
});

it('the concurrency that builds fastest speaks for all, however the others do', () => {
  const builds = [round(16, 2, 500), round(48, 1, 400), round(16, 2, 500), round(48, 4, 2000), round(48, 1, 600)];
  expect(bestBuilds(builds).map(one => one.concurrency)).toEqual([48, 48, 48]);
  const idle = {
    pssMb: new Map([
      ['a', 10],
      ['b', 5],
    ]),
    cores: 0,
  };
  expect(figuresOf({ idle, builds, deletes: [], show: undefined, list: undefined, loadedPssMb: new Map(), loadedServers: 100 })).toEqual({
    acceptedPerSecond: 200,
    activePerSecond: 100,
    cpuMsPerServer: 6,
    commitsPerServer: 1.5,
    messagesPerServer: 2,
    showsPerSecond: null,
    listsOf1000PerSecond: null,
    idlePssMb: 15,
  });
});
