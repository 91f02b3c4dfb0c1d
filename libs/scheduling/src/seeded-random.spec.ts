import { expect, it } from 'vitest';
import { seededRandom } from './seeded-random.js';

it('the same text gives the same numbers, another text others, all from 0 to below 1 and evenly spread', () => {
  const numbers = (text: string) => Array.from({ length: 10_000 }, seededRandom(text));
  expect(numbers('a')).toEqual(numbers('a'));
  expect(numbers('a').slice(0, 5)).not.toEqual(numbers('b').slice(0, 5));
  expect(numbers('a').every(number => number >= 0 && number < 1)).toBe(true);
  const tenths = numbers('c').reduce(
    (counts, number) => counts.with(Math.floor(number * 10), counts[Math.floor(number * 10)]! + 1),
    new Array<number>(10).fill(0),
  );
  expect(Math.min(...tenths)).toBeGreaterThan(900);
});
