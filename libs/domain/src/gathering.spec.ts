import { describe, expect, it } from 'vitest';
import { gatheringPause } from './gathering.js';

describe('the pause between batches', () => {
  it('does not delay what comes alone', () => expect(gatheringPause(1, 50)).toBe(0));
  it('is as long as the last batch took, and never long', () => {
    expect(gatheringPause(20, 7)).toBe(7);
    expect(gatheringPause(20, 1000)).toBe(8);
  });
});
