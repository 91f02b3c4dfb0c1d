import { expect, it } from 'vitest';
import { testVhost } from './test-vhost.js';

it('makes virtual hosts for many tests at the same moment', async () => {
  const made = await Promise.all(Array.from({ length: 12 }, () => testVhost()));
  expect(new Set(made.map(({ name }) => name)).size).toBe(12);
  expect(await Promise.all(made.map(vhost => vhost.channels()))).toEqual(made.map(() => 0));
  await Promise.all(made.map(vhost => vhost.drop()));
});
