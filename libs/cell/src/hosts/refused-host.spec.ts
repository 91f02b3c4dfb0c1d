import { describe, expect, it } from 'vitest';
import { sampleHost } from '#simulation';
import { afterHearing } from './refused-host.js';

const host = sampleHost('h1', { enabled: true, disabledReason: null, generation: 4 });
const MISMATCH = 'h1 speaks protocol 3, this cell 1: this cell is to be upgraded';
const refused = { ...host, enabled: false, disabledReason: `AUTO: ${MISMATCH}`, generation: 5 };

describe('a host that is heard', () => {
  it('in a protocol that is not spoken here is disabled with the reason, once', () => {
    expect(afterHearing(host, MISMATCH)).toEqual(refused);
    expect(afterHearing(refused, MISMATCH)).toBe(refused);
    expect(afterHearing(refused, 'another reason')).toMatchObject({ disabledReason: 'AUTO: another reason', generation: 6 });
  });

  it('in one that is spoken here is as it was, and enabled again when it was refused', () => {
    expect(afterHearing(host, undefined)).toBe(host);
    expect(afterHearing(refused, undefined)).toEqual({ ...host, generation: 6 });
  });

  it('stays disabled when an operator wants it so', () => {
    const off = { ...host, enabled: false, disabledReason: 'new disks' };
    expect(afterHearing(off, MISMATCH)).toBe(off);
    expect(afterHearing(off, undefined)).toBe(off);
    const silent = { ...host, enabled: false };
    expect(afterHearing(silent, undefined)).toBe(silent);
  });
});
