import { STATUS_CODES } from 'node:http';
import type { ErrorKind } from '#domain';

/** The one table of HTTP statuses by kind of error. An API that differs (Nova's over-limit is 403) says so in its renderer. */
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

/** `Not Found` of 404. */
export const titleOf = (status: number): string => STATUS_CODES[status] ?? 'Error';
