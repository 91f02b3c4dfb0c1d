import type { ErrorKind } from './errors.js';

/** The one table of HTTP statuses by kind of error. An API that differs (Nova's over-limit is 403) says so where it renders. */
export const HTTP_STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  overLimit: 403,
  tooLarge: 413,
  notImplemented: 501,
  noValidHost: 500,
  unavailable: 503,
  deadlineExceeded: 504,
  internal: 500,
};

const NOVA_NAMES: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  429: 'overLimit',
  501: 'notImplemented',
  503: 'serviceUnavailable',
};

/** A fault as Nova words it: `{"itemNotFound":{"code":404,"message":"…"}}`. A status without a name of its own is a computeFault. */
export const novaFault = (status: number, message: string): Record<string, { code: number; message: string }> => ({
  [NOVA_NAMES[status] ?? 'computeFault']: { code: status, message },
});
