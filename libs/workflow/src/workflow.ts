import { CloudError, type TaskState } from '#domain';
import type { Outcome, StepFailure } from './outcome.js';
import type { Direction, WorkflowRow } from './row.js';

/** Something that a waiting step waits for: in a cell, the message that tells it. */
export interface WorkflowEvent {
  /** Compared with the name given to `waitFor`. */
  readonly name: string;
}

export interface Turn {
  /** ms since 1970 */
  readonly now: number;
  /** How many times this step has been tried and did not get done. */
  readonly attempt: number;
  /** Forward, why the last attempt failed; unwinding, why it unwinds. */
  readonly error: StepFailure | null;
}

// biome-ignore lint/suspicious/noConfusingVoidType: most undo functions only write rows, and `return advance()` in each says nothing.
export type UndoOutcome = Outcome | void;

/**
 * One step. Its functions are synchronous: they change `state`, write rows and put messages in the outbox through `ctx`, all of which
 * the caller commits in one transaction with the row. Any of them may run twice, and each undo may find its step done, half done or
 * not begun. Throwing a CloudError fails the step; one that is retryable has it tried again first.
 */
export interface Step<State, Ctx, Event extends WorkflowEvent> {
  /** What the user sees while it lasts. */
  readonly taskState?: TaskState;
  /** Tries before it is given up. 5 when left out. */
  readonly attempts?: number;
  /** Tries of its undo before that counts as stuck, and is tried but every ten minutes. 5 when left out. */
  readonly undoAttempts?: number;
  /** How long a wait lasts that does not say so itself. 600 when left out. */
  readonly deadlineSeconds?: number;
  run(state: State, ctx: Ctx, turn: Turn): Outcome;
  /** The event that `run` waits for has come. Left out: it advances. */
  resumed?(state: State, event: Event, ctx: Ctx, turn: Turn): Outcome;
  /** Takes back what `run` did. Left out: there is nothing to take back. */
  undo?(state: State, ctx: Ctx, turn: Turn): UndoOutcome;
  /** The event that `undo` waits for has come. Left out: it is undone. */
  undoResumed?(state: State, event: Event, ctx: Ctx, turn: Turn): UndoOutcome;
}

/** Called inside the turn, so that what they write is committed with it. */
export interface WorkflowHooks<State, Ctx> {
  /** A step begins, in either direction: the place to set the task state and to open an action event. */
  onEnter?(entered: { step: string; direction: Direction; taskState: TaskState | null }, state: State, ctx: Ctx): void;
  /** A step or an undo failed once; `error` is what was thrown. For the log. */
  onFailure?(row: WorkflowRow<State>, error: unknown, ctx: Ctx): void;
  /** An undo has used up its attempts. It goes on being tried, every ten minutes, and this is called each time: an operator must look. */
  onStuck?(row: WorkflowRow<State>, failure: StepFailure, ctx: Ctx): void;
}

export interface Workflow<State, Ctx, Event extends WorkflowEvent = WorkflowEvent> {
  readonly kind: string;
  /** Rises when rows of the former version could not be carried on; a process refuses rows of a version that it does not know. */
  readonly version: number;
  readonly steps: Readonly<Record<string, Step<State, Ctx, Event>>>;
  /** Of the steps, in order. */
  readonly names: readonly string[];
  readonly hooks: WorkflowHooks<State, Ctx>;
}

/** @throws CloudError `internal` for a workflow without steps, or with a step name that would not keep its place in the list. */
export const defineWorkflow = <State, Ctx, Event extends WorkflowEvent = WorkflowEvent>(
  kind: string,
  version: number,
  steps: Readonly<Record<string, Step<State, Ctx, Event>>>,
  hooks: WorkflowHooks<State, Ctx> = {},
): Workflow<State, Ctx, Event> => {
  const names = Object.keys(steps);
  if (names.length === 0) throw new CloudError('internal', `workflow ${kind} has no steps`);
  const misplaced = names.find(name => /^\d+$/.test(name));
  if (misplaced !== undefined)
    throw new CloudError('internal', `workflow ${kind}: a step cannot be called '${misplaced}', numbers are sorted first`);
  return { kind, version, steps, names, hooks };
};

/** The step that a row stands at. @throws CloudError when this build cannot carry the row on. */
export const stepOf = <State, Ctx, Event extends WorkflowEvent>(
  workflow: Workflow<State, Ctx, Event>,
  row: WorkflowRow<State>,
): Step<State, Ctx, Event> => {
  const { kind, version } = workflow;
  if (row.kind !== kind) throw new CloudError('internal', `workflow ${row.id} is a ${row.kind}, not a ${kind}`);
  if (row.version > version) {
    throw new CloudError('unavailable', `workflow ${row.id} is version ${row.version} of ${kind}; this process knows version ${version}`);
  }
  const step = Object.hasOwn(workflow.steps, row.step) ? workflow.steps[row.step] : undefined;
  if (!step)
    throw new CloudError('internal', `workflow ${row.id} is at step '${row.step}', which ${kind} version ${version} does not have`);
  return step;
};
