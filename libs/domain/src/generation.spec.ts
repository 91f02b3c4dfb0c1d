import { describe, expect, it } from 'vitest';
import { isNewer } from './generation.js';

describe('versions of mirrored facts', () => {
  it('a later placement is newer whatever its generation', () => {
    expect(isNewer({ epoch: 2, generation: 0 }, { epoch: 1, generation: 99 })).toBe(true);
  });

  it('the same version is not newer than itself', () => {
    expect(isNewer({ epoch: 1, generation: 3 }, { epoch: 1, generation: 3 })).toBe(false);
  });
});
