import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addShapes, shapeKey, shapeOf, subtractShapes, timesThatFit } from './resources.js';

const amount = fc.integer({ min: 0, max: 10_000 });
const shape = fc.record({ vcpus: amount, memoryMb: amount, diskGb: amount });
const wanted = fc.record({ vcpus: fc.integer({ min: 1, max: 99 }), memoryMb: fc.integer({ min: 1, max: 99 }), diskGb: amount });

describe('resources', () => {
  it('what fits leaves nothing negative, and one more would not fit', () => {
    fc.assert(
      fc.property(shape, wanted, (free, one) => {
        const times = timesThatFit(free, one);
        const all = { vcpus: one.vcpus * times, memoryMb: one.memoryMb * times, diskGb: one.diskGb * times };
        const left = subtractShapes(free, all);
        const after = subtractShapes(left, one);
        return Math.min(left.vcpus, left.memoryMb, left.diskGb) >= 0 && Math.min(after.vcpus, after.memoryMb, after.diskGb) < 0;
      }),
    );
  });

  it('a host that is overdrawn in one dimension takes nothing', () => {
    expect(timesThatFit({ vcpus: -1, memoryMb: 100, diskGb: 100 }, { vcpus: 1, memoryMb: 1, diskGb: 1 })).toBe(0);
  });

  it('adding and taking away again changes nothing', () => {
    fc.assert(fc.property(shape, shape, (a, b) => shapeKey(subtractShapes(addShapes(a, b), b)) === shapeKey(a)));
  });

  it('a flavor takes its root and ephemeral disk, and its swap rounded up to a GB', () => {
    expect(shapeOf({ vcpus: 2, memoryMb: 4096, rootGb: 20, ephemeralGb: 5, swapMb: 1 })).toEqual({ vcpus: 2, memoryMb: 4096, diskGb: 26 });
  });
});
