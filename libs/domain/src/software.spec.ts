import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SOFTWARE_VERSION } from './software.js';

it('is the version of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(SOFTWARE_VERSION).toBe(version);
});
