import { parse } from 'yaml';
import { z } from 'zod';
import { isPartOf } from './choice.js';
import type { Verdicts } from './verdicts.js';

const KnownFailure = z.strictObject({ reason: z.string().min(1), tests: z.array(z.string().min(1)).min(1) });
/** Tests, classes or modules, without tempest's prefix, and why they fail. */
export type KnownFailure = z.infer<typeof KnownFailure>;

/** @throws ZodError naming what is wrong in it. */
export const parseKnownFailures = (text: string): KnownFailure[] => z.array(KnownFailure).parse(parse(text) ?? []);

/** Why this test is known to fail. */
export const whyKnown = (test: string, known: readonly KnownFailure[]): string | undefined =>
  known.find(each => each.tests.some(name => isPartOf(test, name)))?.reason;

/** Names in the list of which nothing fails any more: they should leave it. */
export const outlived = (known: readonly KnownFailure[], verdicts: Verdicts): string[] =>
  known
    .flatMap(({ tests }) => tests)
    .filter(name => {
      const concerned = verdicts.all().filter(({ test }) => isPartOf(test, name));
      return concerned.length > 0 && concerned.every(({ outcome }) => outcome !== 'failed');
    });
