import { expect, it } from 'vitest';
import { choose, PREFIX } from './choice.js';

const TESTS = ['limits.Limits.test_a', 'limits.Limits.test_b', 'limits.LimitsNegative.test_a'].map(name => PREFIX + name);

it('takes tests, classes and modules by their whole names', () => {
  expect(choose(TESTS, { subset: '# quick\nlimits.Limits\n' })).toEqual(TESTS.slice(0, 2));
  expect(choose(TESTS, { subset: 'limits.Limits.test_b' })).toEqual([TESTS[1]]);
  expect(choose(TESTS, { subset: 'limits' })).toEqual(TESTS);
});

it('takes what matches a pattern', () => {
  expect(choose(TESTS, { only: 'Negative' })).toEqual([TESTS[2]]);
});

it('refuses a subset that has outlived its tests', () => {
  expect(() => choose(TESTS, { subset: 'limits.Gone' })).toThrow('tests that are not there: limits.Gone');
});

it('refuses to judge by no test at all', () => {
  expect(() => choose(TESTS, { only: 'nothing' })).toThrow('no test is chosen');
});
