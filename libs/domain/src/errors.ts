/**
 * What kind of trouble an error is. Three tables map a kind: to an HTTP status (api-cell), to ack, retry or park (messaging)
 * and to retry or unwind (workflow).
 */
export type ErrorKind =
  | 'invalid' // the caller's input is wrong: never worth a retry
  | 'unauthenticated'
  | 'forbidden'
  | 'notFound'
  | 'conflict' // the thing is not in a state that allows this
  | 'overLimit' // a quota
  | 'tooLarge'
  | 'notImplemented' // a driver or a deployment that cannot do it
  | 'noValidHost'
  | 'unavailable' // somebody else does not answer: worth a retry
  | 'deadlineExceeded'
  | 'internal';

export interface ErrorOptions {
  /** Facts for the log; never shown to the user. */
  readonly context?: Record<string, unknown>;
  readonly cause?: unknown;
}

/** The one error type that crosses modules: `message` may be shown to a user, `context` and `cause` go to the log. */
export class CloudError extends Error {
  readonly context: Record<string, unknown>;
  constructor(
    readonly kind: ErrorKind,
    message: string,
    options: ErrorOptions = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'CloudError';
    this.context = options.context ?? {};
  }
}

const RETRYABLE: ReadonlySet<ErrorKind> = new Set<ErrorKind>(['unavailable', 'deadlineExceeded']);

/** Whether the same call may succeed later. An error that is not ours counts as retryable: it may be a lost connection. */
export const isRetryable = (error: unknown): boolean => !(error instanceof CloudError) || RETRYABLE.has(error.kind);

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** For the default branch of a switch over a union: a new member makes the compiler point here. */
export const exhaustive = (value: never): never => {
  throw new CloudError('internal', `unexpected value ${JSON.stringify(value)}`);
};
