import { expect, it } from 'vitest';
import { byteRange } from './byte-range.js';

it('reads first-last, first-, and -length', () => {
  expect(byteRange('bytes=0-9', 100)).toEqual({ first: 0, last: 9 });
  expect(byteRange('bytes=90-', 100)).toEqual({ first: 90, last: 99 });
  expect(byteRange('bytes=-10', 100)).toEqual({ first: 90, last: 99 });
  expect(byteRange('bytes=90-200', 100)).toEqual({ first: 90, last: 99 });
});

it('ignores what a server may ignore', () => {
  for (const header of [undefined, 'bytes=0-1,5-6', 'lines=1-2', 'bytes=-']) expect(byteRange(header, 100)).toBeUndefined();
});

it('what begins behind the end cannot be satisfied', () => {
  expect(byteRange('bytes=100-', 100)).toBe('unsatisfiable');
  expect(byteRange('bytes=9-5', 100)).toBe('unsatisfiable');
  expect(byteRange('bytes=-0', 100)).toBe('unsatisfiable');
});
