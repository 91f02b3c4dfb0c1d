import { advance, type StepFailure } from './outcome.js';
import { type Direction, isDue, type WorkflowRow } from './row.js';
import { type Course, expire, settle, unwind } from './settle.js';
import { type Step, stepOf, type Turn, type Workflow, type WorkflowEvent } from './workflow.js';

/*
 * A workflow is a row that says which step comes next, and a table of steps. A turn loads the row, runs as many steps as can run now,
 * and ends in one transaction that stores the row, what the steps wrote, and the messages that they put in the outbox. A crash before
 * the commit loses all of it, and the turn is taken again; a crash after it loses nothing, and whatever brought the turn about (a
 * message, a timer) comes a second time and finds its work done. So nothing needs to be replayed, and the steps hold no promise across
 * a wait: what must be remembered is in `state`.
 *
 * A failed step turns the row round, and the undos run from that step, which may be half done, back to the first. An undo cannot fail:
 * it is tried until it is done, since to stop would leave a guest or a claim behind that nobody looks for.
 *
 * To try again elsewhere is to let the row unwind, and to start a new one.
 */

export interface TurnLimits {
  /** Steps to run before the turn ends; more are due at once. As many as can run when left out. */
  readonly maxSteps?: number;
}

/** The row after a delivery, and whether it was what the row waited for; if not, the row is as it was. */
export type Delivery<State> =
  | { readonly taken: true; readonly row: WorkflowRow<State> }
  | { readonly taken: false; readonly row: WorkflowRow<State>; readonly why: string };

/**
 * Runs every step that can run at `now` (ms since 1970), and gives the row as it then stands; the row that was passed in is not
 * changed. A wait that has lasted too long ends here. A row that is not due is given back as it is.
 * @throws CloudError `unavailable` for a row of a newer version, `internal` for one of another kind or at an unknown step.
 */
export const runWorkflow = <State, Ctx, Event extends WorkflowEvent>(
  workflow: Workflow<State, Ctx, Event>,
  row: WorkflowRow<State>,
  ctx: Ctx,
  now: number,
  limits: TurnLimits = {},
): WorkflowRow<State> => {
  const step = stepOf(workflow, row);
  if (!isDue(row, now)) return row;
  const own = copyOf(row);
  const next = own.waitingFor === null ? own : expire(own, courseOf(workflow, step, own.direction, ctx, now));
  return runOn(workflow, next, ctx, now, limits.maxSteps);
};

/**
 * Hands an event to the row, and runs on from there. An event that the row does not wait for (it came twice, or too late) changes
 * nothing. Throws as `runWorkflow` does.
 */
export const deliver = <State, Ctx, Event extends WorkflowEvent>(
  workflow: Workflow<State, Ctx, Event>,
  row: WorkflowRow<State>,
  event: Event,
  ctx: Ctx,
  now: number,
  limits: TurnLimits = {},
): Delivery<State> => {
  const step = stepOf(workflow, row);
  if (row.done !== null) return { taken: false, row, why: `it has ${row.done}` };
  if (row.waitingFor !== event.name) {
    return { taken: false, row, why: `it waits for ${row.waitingFor ?? 'nothing'}, not for ${event.name}, at step '${row.step}'` };
  }
  const own = { ...copyOf(row), waitingFor: null };
  const resumed = settle(own, courseOf(workflow, step, own.direction, ctx, now), () =>
    own.direction === 'forward'
      ? (step.resumed?.(own.state, event, ctx, turnOf(own, now)) ?? advance())
      : (step.undoResumed?.(own.state, event, ctx, turnOf(own, now)) ?? advance()),
  );
  return { taken: true, row: runOn(workflow, resumed, ctx, now, limits.maxSteps && limits.maxSteps - 1) };
};

/**
 * Turns a row round where it stands (the instance is deleted while it is built), and begins to unwind. One that unwinds already, or is
 * done, is given back as it is. Throws as `runWorkflow` does.
 */
export const abort = <State, Ctx, Event extends WorkflowEvent>(
  workflow: Workflow<State, Ctx, Event>,
  row: WorkflowRow<State>,
  error: StepFailure,
  ctx: Ctx,
  now: number,
  limits: TurnLimits = {},
): WorkflowRow<State> => {
  stepOf(workflow, row);
  if (row.done !== null || row.direction === 'unwinding') return row;
  return runOn(workflow, unwind(copyOf(row), error, now), ctx, now, limits.maxSteps);
};

/** At most once through every step and back: a step that is tried again waits for another turn. */
const runOn = <State, Ctx, Event extends WorkflowEvent>(
  workflow: Workflow<State, Ctx, Event>,
  row: WorkflowRow<State>,
  ctx: Ctx,
  now: number,
  maxSteps = 2 * workflow.names.length,
): WorkflowRow<State> => {
  let next = row;
  for (let left = maxSteps; left > 0 && next.waitingFor === null && isDue(next, now); left--) next = takeStep(workflow, next, ctx, now);
  return next;
};

const takeStep = <State, Ctx, Event extends WorkflowEvent>(
  workflow: Workflow<State, Ctx, Event>,
  row: WorkflowRow<State>,
  ctx: Ctx,
  now: number,
): WorkflowRow<State> => {
  const step = stepOf(workflow, row);
  const { direction, state } = row;
  if (row.attempt === 0) workflow.hooks.onEnter?.({ step: row.step, direction, taskState: step.taskState ?? null }, state, ctx);
  return settle(row, courseOf(workflow, step, row.direction, ctx, now), () =>
    direction === 'forward' ? step.run(state, ctx, turnOf(row, now)) : (step.undo?.(state, ctx, turnOf(row, now)) ?? advance()),
  );
};

const courseOf = <State, Ctx, Event extends WorkflowEvent>(
  workflow: Workflow<State, Ctx, Event>,
  step: Step<State, Ctx, Event>,
  direction: Direction,
  ctx: Ctx,
  now: number,
): Course<State> => ({
  now,
  names: workflow.names,
  attempts: (direction === 'forward' ? step.attempts : step.undoAttempts) ?? ATTEMPTS,
  waitSeconds: step.deadlineSeconds ?? WAIT_SECONDS,
  onFailure: (row, thrown) => workflow.hooks.onFailure?.(row, thrown, ctx),
  onStuck: (row, failure) => workflow.hooks.onStuck?.(row, failure, ctx),
});

const ATTEMPTS = 5;
const WAIT_SECONDS = 600;

const turnOf = (row: WorkflowRow<unknown>, now: number): Turn => ({ now, attempt: row.attempt, error: row.error });

/** Steps write to the state; the caller's row stays what its database says. */
const copyOf = <State>(row: WorkflowRow<State>): WorkflowRow<State> => ({ ...row, state: structuredClone(row.state) });
