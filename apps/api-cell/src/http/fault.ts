import { HttpException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { isDatabaseAway, isUnknownName } from '#database';
import { CloudError, type ErrorKind } from '#domain';
import { HTTP_STATUS, titleOf } from './http-status.js';

/** An error as a client may see it. */
export interface HttpFault {
  readonly status: number;
  readonly message: string;
  /** Absent when the error is not ours: an unknown path, malformed JSON, a bug. */
  readonly kind?: ErrorKind;
  /** What was thrown; never shown. */
  readonly error: unknown;
}

export interface RenderedFault {
  /** An object is sent as JSON. */
  readonly body: object | string;
  /** `application/json` when absent. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** When the API answers with another status than the fault's. */
  readonly status?: number;
}

/** How one API words its faults. */
export type FaultRenderer = (fault: HttpFault, request: FastifyRequest) => RenderedFault;

/** What a user is told of an error: the message of a CloudError or of HTTP's own errors, and nothing about the inside of any other. */
export const faultOf = (error: unknown): HttpFault => {
  if (error instanceof CloudError) return { status: HTTP_STATUS[error.kind], message: error.message, kind: error.kind, error };
  if (error instanceof HttpException) return { status: error.getStatus(), message: error.message, error };
  if (isDatabaseAway(error))
    return { status: 503, message: 'The database does not answer now: try again later.', kind: 'unavailable', error };
  if (isUnknownName(error))
    return { status: 400, message: 'A name or id in the request has characters that none has.', kind: 'invalid', error };
  const status = clientStatusOf(error);
  if (status !== undefined && error instanceof Error) return { status, message: error.message, error };
  return {
    status: 500,
    message: 'An unexpected error occurred; its details are in the log under this request id.',
    kind: 'internal',
    error,
  };
};

/** Fastify's own errors (malformed URL, body too large) carry a status; only those that blame the client are shown. */
const clientStatusOf = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 && titleOf(statusCode) !== 'Error'
    ? statusCode
    : undefined;
};
