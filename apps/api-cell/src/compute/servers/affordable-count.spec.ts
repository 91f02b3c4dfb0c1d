import { expect, it } from 'vitest';
import { QUOTA_DEFAULTS } from '../quotas/quota-resources.js';
import { affordableCount } from './affordable-count.js';

const use = { instances: 2, cores: 4, ram: 1000 };

it.each([
  [{ vcpus: 1, memoryMb: 512 }, {}, 8], // instances: 10 - 2
  [{ vcpus: 4, memoryMb: 512 }, {}, 4], // cores: (20 - 4) / 4
  [{ vcpus: 1, memoryMb: 20000 }, {}, 2], // memory: 50200 / 20000
  [{ vcpus: 1, memoryMb: 512 }, { instances: 1 }, 0],
  [{ vcpus: 1, memoryMb: 512 }, { instances: -1, cores: -1, ram: -1 }, Number.POSITIVE_INFINITY],
  [{ vcpus: 0, memoryMb: 0 }, {}, 8],
])('a flavor of %j under %j fits %d times', (flavor, limits, count) => {
  expect(affordableCount(flavor, { ...QUOTA_DEFAULTS, ...limits }, use)).toBe(count);
});
