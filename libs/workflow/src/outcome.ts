import { CloudError, type ErrorKind } from '#domain';

/** An error as a row keeps it. */
export interface StepFailure {
  readonly kind: ErrorKind;
  readonly message: string;
}

/** What a step came to. */
export type Outcome =
  | { readonly come: 'advance' }
  | { readonly come: 'wait'; readonly event: string; readonly seconds: number | undefined }
  | { readonly come: 'retry'; readonly seconds: number }
  | { readonly come: 'fail'; readonly error: StepFailure };

const ADVANCE: Outcome = { come: 'advance' };

/** Done: on to the next step, or, unwinding, to the one before. */
export const advance = (): Outcome => ADVANCE;

/**
 * The step goes on when the event arrives. The name may say which answer counts (`guest.spawned h2`), so that a stale one does not. After `seconds` (the step's `deadlineSeconds` when left out) it is tried again, and at
 * last given up.
 */
export const waitFor = (event: string, seconds?: number): Outcome => ({
  come: 'wait',
  event,
  seconds: seconds === undefined ? undefined : checked(seconds),
});

/** Not yet: the step is tried again after `seconds`, and counts as an attempt. */
export const retryAfter = (seconds: number): Outcome => ({ come: 'retry', seconds: checked(seconds) });

/** Hopeless: forward, the workflow unwinds from here. An undo has no right to give up: it is tried again. */
export const fail = (error: StepFailure): Outcome => ({ come: 'fail', error: { kind: error.kind, message: error.message } });

const checked = (seconds: number): number => {
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new CloudError('internal', `a workflow cannot wait for ${seconds} seconds`);
};
