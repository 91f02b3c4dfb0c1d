/** Another process changed a row that this transaction had decided on: it starts anew on fresh rows. */
export class Conflict extends Error {
  constructor(what: string) {
    super(`${what} conflicted with another process`);
    this.name = 'Conflict';
  }
}

const TRANSIENT = new Set(['ER_LOCK_DEADLOCK', 'ER_LOCK_WAIT_TIMEOUT', 'ER_DUP_ENTRY', 'ER_CHECKREAD']);

const codeOf = (error: unknown): string | undefined => {
  const wrapped = error as { code?: string; driverError?: { code?: string } };
  return wrapped.driverError?.code ?? wrapped.code;
};

/** Whether the same transaction may succeed when it is run again at once. */
export const isConflict = (error: unknown): boolean => error instanceof Conflict || TRANSIENT.has(codeOf(error) ?? '');

/** The database is gone or going: nothing is wrong with the transaction. */
export const isLost = (error: unknown): boolean => {
  const code = codeOf(error) ?? '';
  return /^(PROTOCOL_|ECONN|EPIPE|ETIMEDOUT|ER_SERVER_SHUTDOWN|ER_CON_COUNT_ERROR|ER_NORMAL_SHUTDOWN|ER_CONNECTION_KILLED|ENOENT)/.test(
    code,
  );
};
