import { expect, it } from 'vitest';
import { PREFIX } from './choice.js';
import { outlived, parseKnownFailures, whyKnown } from './known-failures.js';
import { gist, type Verdict, Verdicts } from './verdicts.js';

const verdict = (outcome: Verdict['outcome'], test = 'a.B.test_c'): Verdict => ({ test: PREFIX + test, outcome, seconds: 1, reason: '' });
const booked = (...all: Verdict[]): Verdicts => {
  const verdicts = new Verdicts();
  for (const each of all) verdicts.book(each);
  return verdicts;
};

it('the first verdict of a test counts', () => {
  const verdicts = booked(verdict('failed'), verdict('passed'));
  expect([verdicts.with('failed').length, verdicts.with('passed').length]).toEqual([1, 0]);
});

it('a test that passed fails when what it made cannot be cleaned up', () => {
  const verdicts = booked(verdict('passed'), verdict('failed'));
  expect([verdicts.with('failed').length, verdicts.with('passed').length]).toEqual([1, 0]);
});

it('a failure is known by its name or its class', () => {
  const known = parseKnownFailures('- reason: because\n  tests: [a.B]\n');
  expect([whyKnown(`${PREFIX}a.B.test_c`, known), whyKnown(`${PREFIX}a.Bc.test_c`, known)]).toEqual(['because', undefined]);
});

it('a known failure that is none any more is told', () => {
  const known = parseKnownFailures('- reason: because\n  tests: [a.B.test_c, a.B.test_d, z.Y]\n');
  expect(outlived(known, booked(verdict('passed', 'a.B.test_c'), verdict('failed', 'a.B.test_d')))).toEqual(['a.B.test_c']);
});

it('the gist of a traceback is its last line', () => {
  expect(gist('Traceback:\n  File "x"\ntempest.lib.exceptions.NotFound: Object not found\n')).toBe(
    'tempest.lib.exceptions.NotFound: Object not found',
  );
});
