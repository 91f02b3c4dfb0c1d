import { expect, it } from 'vitest';
import { parseOptions } from './options.js';

it('judges by all tests unless it is told otherwise', () => {
  expect(parseOptions([])).toMatchObject({ subset: false, minutes: 40, workers: 2, document: false });
  expect(parseOptions(['--only', 'servers', '--workers', '1'])).toMatchObject({ only: 'servers', workers: 1 });
});

it('names the option that is wrong', () => {
  expect(() => parseOptions(['--only', '('])).toThrow('--only must be a regular expression. See npm run test:tempest -- --help');
  expect(() => parseOptions(['--workers', '1.5'])).toThrow('--workers must be a whole number');
  expect(() => parseOptions(['--minutes', 'soon'])).toThrow('--minutes must be a number');
});

it('writes no document of half a run', () => {
  expect(() => parseOptions(['--subset', '--document'])).toThrow('--document needs a run of all tests');
});
