import { describe, expect, it } from 'vitest';
import { whyNotReady } from './api-order-rules.js';
import { orderedInstance } from './instances.js';

const UUID = '00000000-0000-4000-8000-000000000001';
const ordered = orderedInstance(UUID, 0, 1);

describe('an action that the state of a server allows', () => {
  it('is refused for one that never was on a host, whatever state an administrator gave it', () => {
    const never = { ...ordered, vmState: 'active', nextHop: 'west' } as const;
    expect(whyNotReady('stop', never)).toBe(`Instance ${UUID} is in an invalid state for 'stop'`);
  });

  it('is refused for one whose cell is gone, and done with any other', () => {
    const launched = { ...ordered, launchedAt: 1 };
    expect(whyNotReady('stop', launched)).toBe(`Instance ${UUID} is not ready`);
    expect(whyNotReady('stop', { ...launched, nextHop: 'west' })).toBeUndefined();
  });
});
