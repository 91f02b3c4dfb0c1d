import { CloudError, exhaustive, isRetryable } from '#domain';
import type { Outcome, StepFailure } from './outcome.js';
import type { WorkflowRow } from './row.js';

/** What decides, besides the outcome, how the row goes on from a step. */
export interface Course<State> {
  /** ms since 1970 */
  readonly now: number;
  /** The steps, in order. */
  readonly names: readonly string[];
  /** Of the step: tries before it is given up, and how long a wait lasts that does not say so itself. */
  readonly attempts: number;
  readonly waitSeconds: number;
  onFailure(row: WorkflowRow<State>, thrown: unknown): void;
  onStuck(row: WorkflowRow<State>, failure: StepFailure): void;
}

const LONGEST_BACKOFF_SECONDS = 60;
const STUCK_SECONDS = 600;

/** Calls one function of a step, and turns what it returns or throws into the row as it stands afterwards. */
export const settle = <State>(row: WorkflowRow<State>, course: Course<State>, act: () => Outcome): WorkflowRow<State> => {
  let outcome: Outcome;
  try {
    outcome = act();
  } catch (thrown) {
    return afterThrow(row, course, thrown);
  }
  switch (outcome.come) {
    case 'advance':
      return row.direction === 'forward' ? onward(row, course) : backward(row, course);
    case 'wait':
      return { ...row, waitingFor: outcome.event, runAfter: later(course, outcome.seconds ?? course.waitSeconds) };
    case 'retry':
      return again(row, course, neverDone(row), outcome.seconds);
    case 'fail':
      return afterFailure(row, course, outcome.error, new CloudError(outcome.error.kind, outcome.error.message));
    default:
      return exhaustive(outcome);
  }
};

/** The wait lasted too long: to the step it is an attempt that failed. */
export const expire = <State>(row: WorkflowRow<State>, course: Course<State>): WorkflowRow<State> =>
  afterThrow(row, course, new CloudError('deadlineExceeded', `'${row.waitingFor}' did not come in time at step '${row.step}'`));

/** Turns round. It starts at the step that it stands at, since that may be half done. */
export const unwind = <State>(row: WorkflowRow<State>, { kind, message }: StepFailure, now: number): WorkflowRow<State> => ({
  ...row,
  direction: 'unwinding',
  attempt: 0,
  runAfter: now,
  waitingFor: null,
  error: { kind, message },
});

const onward = <State>(row: WorkflowRow<State>, { names, now }: Course<State>): WorkflowRow<State> => {
  const next = names[names.indexOf(row.step) + 1];
  const rested = { ...row, attempt: 0, runAfter: now, waitingFor: null, error: null };
  return next === undefined ? { ...rested, done: 'succeeded' } : { ...rested, step: next };
};

const backward = <State>(row: WorkflowRow<State>, { names, now }: Course<State>): WorkflowRow<State> => {
  const previous = names[names.indexOf(row.step) - 1];
  const rested = { ...row, attempt: 0, runAfter: now, waitingFor: null };
  return previous === undefined ? { ...rested, done: 'unwound' } : { ...rested, step: previous };
};

const afterThrow = <State>(row: WorkflowRow<State>, course: Course<State>, thrown: unknown): WorkflowRow<State> => {
  const failure = failureOf(row, thrown);
  if (!isRetryable(thrown)) return afterFailure(row, course, failure, thrown);
  course.onFailure(row, thrown);
  return again(row, course, failure);
};

const afterFailure = <State>(row: WorkflowRow<State>, course: Course<State>, failure: StepFailure, thrown: unknown): WorkflowRow<State> => {
  course.onFailure(row, thrown);
  return row.direction === 'forward' ? unwind(row, failure, course.now) : again(row, course, failure);
};

/** One attempt more, later. When there are none left, forward turns round, and unwinding goes on, slowly and aloud. */
const again = <State>(row: WorkflowRow<State>, course: Course<State>, failure: StepFailure, seconds = backoff(row)): WorkflowRow<State> => {
  const forward = row.direction === 'forward';
  const tried = { ...row, attempt: row.attempt + 1, waitingFor: null, error: forward ? failure : row.error };
  if (tried.attempt < course.attempts) return { ...tried, runAfter: later(course, seconds) };
  if (forward) return unwind(row, failure, course.now);
  course.onStuck(tried, failure);
  return { ...tried, runAfter: later(course, STUCK_SECONDS) };
};

const backoff = (row: WorkflowRow<unknown>): number => Math.min(2 ** row.attempt, LONGEST_BACKOFF_SECONDS);

const later = ({ now }: Pick<Course<unknown>, 'now'>, seconds: number): number => now + Math.ceil(seconds * 1_000);

/** The text of an error that is not ours may hold anything: it goes to `onFailure` only. */
const failureOf = (row: WorkflowRow<unknown>, thrown: unknown): StepFailure =>
  thrown instanceof CloudError
    ? { kind: thrown.kind, message: thrown.message }
    : { kind: 'internal', message: `step '${row.step}' of ${row.kind} failed unexpectedly` };

const neverDone = (row: WorkflowRow<unknown>): StepFailure =>
  row.error ?? { kind: 'deadlineExceeded', message: `step '${row.step}' of ${row.kind} did not get done in time` };
