import { TempestWorker, type Told, type WorkerPlace } from './tempest-worker.js';
import { type Verdict, Verdicts } from './verdicts.js';

export interface JudgeOptions extends Omit<WorkerPlace, 'number'> {
  readonly workers: number;
  /** Picks the tests to run out of those there are. */
  readonly choose: (tests: readonly string[]) => readonly string[];
  /** For all tests together. */
  readonly limitMs: number;
  readonly onVerdict: (verdict: Verdict, done: number, of: number) => void;
}

interface Planned {
  readonly name: string;
  readonly tests: readonly string[];
}

const CLASS_MS = 120_000;
const TEST_MS = 60_000;
/** The class fixtures of unittest, as they name themselves. */
const FIXTURE = /^(setUpClass|tearDownClass) \(/;

/** Runs the chosen tests, class by class. Every test gets exactly one verdict, whatever hangs or dies. */
export const judge = async (options: JudgeOptions): Promise<Verdicts> => {
  const verdicts = new Verdicts();
  const end = performance.now() + options.limitMs;
  const { worker, classes } = await TempestWorker.start({ ...options, number: 1 });
  const queue = planned(classes, options.choose);
  const total = queue.reduce((sum, { tests }) => sum + tests.length, 0);
  const book = (verdict: Verdict) => {
    if (verdicts.book(verdict)) options.onVerdict(verdict, verdicts.all().length, total);
  };
  const lanes = Array.from({ length: options.workers }, async (_, index) => {
    let mine: TempestWorker | undefined = index === 0 ? worker : undefined;
    for (let next = queue.shift(); next && !options.interrupted.aborted; next = queue.shift()) {
      const timeLeft = end - performance.now();
      if (timeLeft <= 0) {
        for (const test of next.tests) book(failed(test, 0, 'the time for all tests was over before its turn came'));
        continue;
      }
      mine ??= (await TempestWorker.start({ ...options, number: index + 1 })).worker;
      const isUsable = await runClass(mine, next, Math.min(timeLeft, CLASS_MS + TEST_MS * next.tests.length), book);
      if (isUsable) continue;
      mine.kill();
      mine = undefined;
    }
    mine?.kill();
  });
  await Promise.all(lanes);
  return verdicts;
};

/** The long classes first, so that no worker begins one when the others are done. */
const planned = (classes: ReadonlyMap<string, readonly string[]>, choose: JudgeOptions['choose']): Planned[] => {
  const chosen = new Set(choose([...classes.values()].flat()));
  return [...classes]
    .map(([name, tests]): Planned => ({ name, tests: tests.filter(test => chosen.has(test)) }))
    .filter(({ tests }) => tests.length > 0)
    .sort((a, b) => b.tests.length - a.tests.length);
};

/** @returns false when the worker must not be used again: it hangs, or it is dead */
const runClass = async (worker: TempestWorker, { name, tests }: Planned, limitMs: number, book: (verdict: Verdict) => void) => {
  const started = performance.now();
  const open = new Set(tests);
  const close = (verdict: Verdict) => {
    open.delete(verdict.test);
    book(verdict);
  };
  worker.run(name, tests);
  for (;;) {
    const told = await worker.next(limitMs - (performance.now() - started));
    if (told?.event === 'verdict') for (const verdict of verdictsOf(told, tests, open)) close(verdict);
    if (told && told.event !== 'end') continue;
    for (const test of open) {
      const seconds = Math.round((performance.now() - started) / 1000);
      book(failed(test, seconds, told ? 'it ended without a verdict' : 'it hung, or its process died'));
    }
    return told !== undefined;
  }
};

type ToldVerdict = Extract<Told, { event: 'verdict' }>;

/** That of a fixture is one of each test that it keeps from running, or whose traces it could not remove. */
const verdictsOf = ({ test, verdict, seconds, reason }: ToldVerdict, tests: readonly string[], open: ReadonlySet<string>): Verdict[] => {
  const fixture = FIXTURE.exec(test)?.[1];
  if (fixture === undefined) return [{ test, outcome: verdict, seconds, reason }];
  const concerned = fixture === 'setUpClass' ? [...open] : tests.slice(-1);
  return concerned.map((one, index) => ({
    test: one,
    outcome: verdict,
    seconds: index === 0 ? seconds : 0,
    reason: `${fixture}: ${reason}`,
  }));
};

const failed = (test: string, seconds: number, reason: string): Verdict => ({ test, outcome: 'failed', seconds, reason });
