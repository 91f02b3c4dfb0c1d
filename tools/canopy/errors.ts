/** The command line cannot be meant so: exit code 2. The message says what to write instead. */
export class UsageError extends Error {}

/** The cloud refused, or did not answer: exit code 1. The message is one line that says what to do. */
export class CloudNo extends Error {
  constructor(
    message: string,
    /** Of the HTTP answer; undefined when there was none. */
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
