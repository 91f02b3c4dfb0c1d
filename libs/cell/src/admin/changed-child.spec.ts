import { describe, expect, it } from 'vitest';
import { newChild } from '../rows.js';
import { changedChild } from './changed-child.js';
import { drainedPercent } from './neighbours.js';

const child = newChild('west');
const holding = (instances: number) => ({ ...child, used: { instances, cores: instances, ramMb: instances } });

describe('what an operator wants of a child', () => {
  it('stays as it is where nothing is said', () => {
    const steered = { ...child, enabled: false, disabledReason: 'disks', draining: 40, drainFrom: 8, weightOffset: 2, weightScale: 0.5 };
    expect(changedChild(steered, {})).toEqual(steered);
    expect(changedChild(steered, { weightScale: 3 })).toEqual({ ...steered, weightScale: 3 });
  });

  it('is enabled without the reason for which it was disabled', () => {
    const disabled = changedChild(child, { enabled: false, disabledReason: 'new disks' });
    expect(disabled).toMatchObject({ enabled: false, disabledReason: 'new disks' });
    expect(changedChild(disabled, { enabled: true })).toMatchObject({ enabled: true, disabledReason: null });
    expect(() => changedChild(child, { disabledReason: 'why' })).toThrow('disabled_reason is for a cell that is disabled');
  });

  it('drains from the servers that were there when it began, until it is taken back', () => {
    const draining = changedChild(holding(8), { draining: 50 });
    expect(draining).toMatchObject({ draining: 50, drainFrom: 8 });
    expect(changedChild({ ...draining, used: holding(6).used }, { draining: 100 })).toMatchObject({ draining: 100, drainFrom: 8 });
    expect(changedChild(draining, { draining: 0 })).toMatchObject({ draining: 0, drainFrom: null });
  });

  it('has a quota, or none', () => {
    const quota = { instances: 5, cores: null, ramMb: null };
    const limited = changedChild(child, { quota });
    expect(limited.quota).toEqual(quota);
    expect(changedChild(limited, { quota: null }).quota).toBeNull();
  });
});

it('drained is the share of the servers that have gone since it began', () => {
  expect([8, 6, 1, 0].map(servers => drainedPercent({ drainFrom: 8 }, servers))).toEqual([0, 25, 87, 100]);
  expect(drainedPercent({ drainFrom: 8 }, 9)).toBe(0);
  expect([drainedPercent({ drainFrom: 0 }, 0), drainedPercent({ drainFrom: 0 }, 1), drainedPercent({ drainFrom: null }, 4)]).toEqual([
    100,
    0,
    null,
  ]);
});
