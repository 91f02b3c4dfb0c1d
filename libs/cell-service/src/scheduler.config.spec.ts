import { describe, expect, it } from 'vitest';
import { hostFilters, hostWeighers } from '#scheduling';
import { cellScheduler, rootScheduler } from './scheduler.config.js';

const problemsOf = (config: unknown) =>
  cellScheduler.safeParse(config).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('the scheduler in the configuration of a cell', () => {
  it('asks every filter and weighs as ever where nothing is said', () => {
    const { hosts, maxAttempts } = cellScheduler.parse(undefined);
    expect(hosts.filters).toEqual(Object.keys(hostFilters));
    expect(hosts.weights.RAMWeigher).toBe(hostWeighers.RAMWeigher.defaultMultiplier);
    expect(maxAttempts).toBe(3);
  });

  it('keeps the other multipliers when one is changed', () => {
    const { hosts } = cellScheduler.parse({ hosts: { weights: { RAMWeigher: -2 } } });
    expect(hosts.weights).toMatchObject({ RAMWeigher: -2, CPUWeigher: hostWeighers.CPUWeigher.defaultMultiplier });
  });

  it('refuses a filter that does not exist, and says which there are', () => {
    expect(problemsOf({ hosts: { filters: ['ComputeFilter', 'RamFliter'] } })).toEqual([
      expect.stringMatching(/^hosts\.filters\.1: .*ComputeFilter.*RamFilter/),
    ]);
  });

  it('refuses a filter that is named twice', () => {
    expect(problemsOf({ cells: { filters: ['CellQuota', 'CellQuota'] } })).toEqual(['cells.filters: names a filter twice']);
  });

  it('refuses a weigher that does not exist, by its name', () => {
    expect(problemsOf({ hosts: { weights: { RamWeigher: 1 } } })).toEqual([expect.stringContaining('RamWeigher')]);
  });

  it('refuses no attempt at all, and a weight that is no number', () => {
    expect(problemsOf({ maxAttempts: 0 })).toEqual([expect.stringMatching(/^maxAttempts: /)]);
    expect(problemsOf({ cells: { weights: { CellFitsWeigher: '2' } } })).toEqual([
      expect.stringMatching(/^cells\.weights\.CellFitsWeigher: /),
    ]);
  });

  it('has nothing to say of hosts at the root, which has none', () => {
    expect(rootScheduler.safeParse({ hosts: {} }).success).toBe(false);
  });
});
