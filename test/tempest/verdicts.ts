export const OUTCOMES = ['passed', 'failed', 'skipped'] as const;

/** What became of one test. One that ran out of time, or never ran, has failed. */
export interface Verdict {
  readonly test: string;
  readonly outcome: (typeof OUTCOMES)[number];
  readonly seconds: number;
  /** Of a failure: a traceback; of a skip: why. */
  readonly reason: string;
}

/** The one verdict of each test: a class whose cleaning up fails turns a pass into a failure, and nothing else changes a verdict. */
export class Verdicts {
  private readonly byTest = new Map<string, Verdict>();

  /** @returns whether it counts */
  book(verdict: Verdict): boolean {
    const known = this.byTest.get(verdict.test);
    if (known && !(known.outcome === 'passed' && verdict.outcome === 'failed')) return false;
    this.byTest.set(verdict.test, verdict);
    return true;
  }

  /** By name. */
  all(): Verdict[] {
    return [...this.byTest.values()].sort((a, b) => (a.test < b.test ? -1 : 1));
  }

  with(outcome: Verdict['outcome']): Verdict[] {
    return this.all().filter(verdict => verdict.outcome === outcome);
  }
}

/** The last line of a traceback says what went wrong; a status and a body of the API are in it. */
export const gist = (reason: string): string => (reason.trim().split('\n').at(-1) ?? '').slice(0, 240);
