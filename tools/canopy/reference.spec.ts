import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { consoleIo } from './io.js';
import { makeProgram } from './program.js';
import { referenceOf } from './reference.js';

const FILE = new URL('../../docs/reference/canopy-cli.md', import.meta.url);

it('the reference says what the commands say', () => {
  const text = referenceOf(makeProgram(consoleIo(), () => undefined));
  if (process.env.CANOPY_WRITE_GOLDEN) writeFileSync(FILE, text);
  expect(text).toBe(readFileSync(FILE, 'utf8'));
});
