import type { StepFailure } from './outcome.js';

export type Direction = 'forward' | 'unwinding';

/** A workflow under way, as it is stored: plain data. */
export interface WorkflowRow<State> {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  /** The uuid of the instance that it is about. */
  readonly subject: string;
  readonly step: string;
  readonly direction: Direction;
  /** JSON. */
  readonly state: State;
  /** How many times this step has been tried and did not get done. */
  readonly attempt: number;
  /** ms since 1970: not before it, or, waiting, not longer than to it. */
  readonly runAfter: number;
  /** Name of the event, null when it waits for none. */
  readonly waitingFor: string | null;
  /** Forward, why the last attempt failed; unwinding, why it unwinds. */
  readonly error: StepFailure | null;
  /** Once it is set nothing moves the row any more: the caller draws the consequence and deletes it. */
  readonly done: null | 'succeeded' | 'unwound';
}

/** Whether `runWorkflow` has something to do: a step to run, or a wait that lasted too long. */
export const isDue = (row: WorkflowRow<unknown>, now: number): boolean => row.done === null && row.runAfter <= now;
