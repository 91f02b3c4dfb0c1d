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

/**
 * The database is gone or going, takes no writes now, or has no room for them (InnoDB says that a table is full when its disk is):
 * nothing is wrong with the transaction, and it will do when an operator, or time, has mended it.
 */
export const isLost = (error: unknown): boolean => LOST.test(codeOf(error) ?? '');

/** The same, told by the driver: not of a file or another service, whose errors have the same codes. */
export const isDatabaseAway = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && ['fatal', 'sqlState', 'driverError'].some(mark => mark in error) && isLost(error);

/**
 * A text was compared with a column that can hold none of its kind (names and ids are ASCII): nothing is called so. The statement has
 * changed nothing.
 */
export const isUnknownName = (error: unknown): boolean => /^ER_CANT_AGGREGATE_[23N]COLLATIONS$/.test(codeOf(error) ?? '');

const LOST = new RegExp(
  `^(${[
    'PROTOCOL_',
    'ECONN',
    'EPIPE',
    'ETIMEDOUT',
    'ENOENT',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ER_SERVER_SHUTDOWN',
    'ER_NORMAL_SHUTDOWN',
    'ER_CON_COUNT_ERROR',
    'ER_CONNECTION_KILLED',
    'ER_RECORD_FILE_FULL',
    'ER_DISK_FULL',
    'ER_ERROR_ON_WRITE',
    'ER_TEMP_FILE_WRITE_FAILURE',
    'ER_OPTION_PREVENTS_STATEMENT',
    'ER_OUT_OF_RESOURCES',
    'ER_UNKNOWN_COM_ERROR',
  ].join('|')})`,
);
