import { describe, expect, it } from 'vitest';
import { gatheringPause } from './gathering.js';

describe('the pause between batches', () => {
  it('does not delay what comes alone', () => expect(gatheringPause(1, 50)).toBe(0));
  it('is half of what the last batch took, and never long', () => {
    expect(gatheringPause(20, 10)).toBe(5);
    expect(gatheringPause(20, 1000)).toBe(8);
  });
});
