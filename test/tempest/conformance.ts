import { isPartOf, PREFIX } from './choice.js';
import { type KnownFailure, whyKnown } from './known-failures.js';
import { gist, OUTCOMES, type Verdict, type Verdicts } from './verdicts.js';

/** What Nova Zed scores with its fake driver, judged in the same way. */
export const NOVA = { passed: 426, failed: 53, skipped: 116 } as const;

export interface Judgement {
  readonly verdicts: Verdicts;
  readonly known: readonly KnownFailure[];
  /** Names of the tests that Nova fails. */
  readonly novaFails: readonly string[];
  /** The day of the run, as `2026-11-23`. */
  readonly day: string;
}

/** The text of docs/conformance.md. */
export const conformance = (judgement: Judgement): string => {
  const { verdicts, novaFails, day } = judgement;
  const better = verdicts.with('passed').filter(({ test }) => novaFails.some(name => isPartOf(test, name)));
  return `\
# Conformance

tempest is the suite by which OpenStack's own people test clouds. \`npm run test:tempest -- --document\` runs its ${verdicts.all().length} tests of compute,
unmodified (Debian's package, release 33), against a cloud of two played hosts in one cell without networks and volumes, and writes this
page. CI runs those of \`test/tempest/subset.txt\`.

| on ${day} | ${OUTCOMES.join(' | ')} |
|---|${'---:|'.repeat(OUTCOMES.length)}
| Canopy | ${OUTCOMES.map(outcome => verdicts.with(outcome).length).join(' | ')} |
| Nova (Zed, fake driver, judged in the same way) | ${OUTCOMES.map(outcome => NOVA[outcome]).join(' | ')} |

## What fails

${failures(judgement)}

## What tempest skips

By its own logic: it asks whether a service is there, or which versions a test is for. Metadata of servers can be written here; its tests
pass when tempest is told so (\`xenapi_apis\`), but then it would ask for os-agents and resetNetwork, too, which Nova has removed. Serial
consoles work here; tempest's only test of them (\`serial_console\`) sends text where Python 3 wants bytes, and passes nowhere.

${skips(verdicts.with('skipped'))}

## What passes here and fails in Nova

${better.map(({ test }) => `- \`${short(test)}\``).join('\n') || 'Nothing.'}
`;
};

const failures = ({ verdicts, known }: Judgement): string => {
  const failed = verdicts.with('failed');
  return failed.length === 0
    ? 'Nothing.'
    : bulleted(failed, ({ test, reason }) => whyKnown(test, known) ?? `Not explained: ${gist(reason)}`);
};

const skips = (verdicts: readonly Verdict[]): string =>
  byFrequency(verdicts, ({ reason }) => whySkipped(gist(reason)))
    .map(([why, those]) => `- ${why} (${those.length})`)
    .join('\n');

/** Without what differs from run to run, and from class to class. */
const whySkipped = (reason: string): string =>
  reason
    .replace(/^setUpClass: /, '')
    .replace(/^\w+ skipped as /, '')
    .replace(/: [0-9a-f-]{36}$/, '');

/** Tests below what they have in common. */
const bulleted = (verdicts: readonly Verdict[], common: (verdict: Verdict) => string): string =>
  byFrequency(verdicts, common)
    .map(([what, those]) => `- ${what} (${those.length})\n${classesOf(those)}`)
    .join('\n');

const classesOf = (verdicts: readonly Verdict[]): string =>
  [...grouped(verdicts, ({ test }) => short(test).split('.').slice(0, -1).join('.'))]
    .map(([name, tests]) => `  - \`${name}\`: ${tests.map(({ test }) => test.split('.').at(-1)).join(', ')}`)
    .join('\n');

const byFrequency = (verdicts: readonly Verdict[], common: (verdict: Verdict) => string): [string, Verdict[]][] =>
  [...grouped(verdicts, common)].sort(([, a], [, b]) => b.length - a.length);

const grouped = (verdicts: readonly Verdict[], by: (verdict: Verdict) => string): Map<string, Verdict[]> => {
  const groups = new Map<string, Verdict[]>();
  for (const verdict of verdicts) groups.set(by(verdict), [...(groups.get(by(verdict)) ?? []), verdict]);
  return groups;
};

const short = (test: string): string => test.slice(PREFIX.length);
