import { expect, it } from 'vitest';
import { parseOptions } from './options.js';

it('without options everything is measured, at two concurrencies', () => {
  expect(parseOptions([])).toMatchObject({
    servers: 2000,
    concurrency: [64, 192],
    only: ['build', 'show', 'list'],
    record: true,
    shared: false,
  });
});

it('lists are split at commas', () => {
  expect(parseOptions(['--concurrency', '8,200', '--only', 'list,show'])).toMatchObject({ concurrency: [8, 200], only: ['list', 'show'] });
});

it('a mistake names its option', () => {
  expect(() => parseOptions(['--servers', '3'])).toThrow('--servers must be 10 or more');
  expect(() => parseOptions(['--concurrency', '8,x'])).toThrow('--concurrency must be a number');
  expect(() => parseOptions(['--only', 'reboot'])).toThrow('--only must be of build, show, list');
  expect(() => parseOptions(['--sevrers', '10'])).toThrow("Unknown option '--sevrers'");
});
