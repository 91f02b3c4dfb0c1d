import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformance } from './conformance.js';
import { outlived, parseKnownFailures, whyKnown } from './known-failures.js';
import type { TempestOptions } from './options.js';
import { gist, type Verdict, type Verdicts } from './verdicts.js';

const TELL_EVERY = 25;

/** Failures at once; passes now and then, so that one sees it going on. */
export const tellVerdict =
  (say: (line: string) => void) =>
  ({ test, outcome, seconds, reason }: Verdict, done: number, of: number): void => {
    if (outcome === 'failed') say(`FAILED ${test} (${seconds} s)\n       ${gist(reason)}`);
    if (done % TELL_EVERY === 0) say(`  ${done} of ${of}`);
  };

export interface Outcome {
  readonly verdicts: Verdicts;
  readonly options: TempestOptions;
  readonly seconds: number;
  /** Canopy's own directory. */
  readonly sources: string;
  readonly say: (line: string) => void;
}

/** Tells the score, and why what failed did so. @returns the exit code: 1 when something fails that nobody has explained */
export const conclude = ({ verdicts, options, seconds, sources, say }: Outcome): number => {
  const read = (name: string) => readFileSync(join(sources, 'test/tempest', name), 'utf8');
  const known = parseKnownFailures(read('known-failures.yaml'));
  const failures = verdicts.with('failed');
  if (failures.length > 0) say('');
  for (const { test, reason } of failures) say(`FAILED ${test}\n       ${whyKnown(test, known) ?? `NEW: ${gist(reason)}`}`);
  for (const name of outlived(known, verdicts)) say(`known-failures.yaml: ${name} does not fail any more`);
  if (options.report !== undefined) writeFileSync(options.report, `${JSON.stringify(verdicts.all(), null, 1)}\n`);
  if (options.document) {
    const novaFails = read('nova-failures.txt')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'));
    const day = new Date().toISOString().slice(0, 10);
    writeFileSync(join(sources, 'docs/conformance.md'), conformance({ verdicts, known, novaFails, day }));
  }
  const unexplained = failures.filter(({ test }) => whyKnown(test, known) === undefined).length;
  const [passed, skipped] = [verdicts.with('passed').length, verdicts.with('skipped').length];
  say(
    `\ntempest: ${passed} of ${verdicts.all().length} pass, ${failures.length} fail (${unexplained} without an explanation), `.concat(
      `${skipped} are skipped by its own logic, ${seconds} s`,
    ),
  );
  say(`${passed} passed, ${failures.length} failed`);
  return unexplained === 0 && passed > 0 ? 0 : 1;
};
