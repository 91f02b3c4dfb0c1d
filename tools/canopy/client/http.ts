import { setTimeout as sleep } from 'node:timers/promises';
import { CloudNo } from '../errors.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly token?: string;
  readonly body?: unknown;
  /** A cell may have to ask others first. */
  readonly timeoutMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it was JSON; undefined when there was nothing. */
  readonly body: unknown;
}

const TIMEOUT_MS = 30_000;
const RETRY_MS = 500;

/**
 * One exchange. A read that found nobody is tried once more: a worker that was just replaced is no reason to trouble anybody.
 * @throws CloudNo when nobody answers, or the answer is an error: in the cloud's own words.
 */
export const exchange = async (request: HttpRequest): Promise<HttpAnswer> => {
  try {
    return await exchangeOnce(request);
  } catch (error) {
    if (request.method !== 'GET' || !(error instanceof CloudNo) || error.status !== undefined) throw error;
    await sleep(RETRY_MS);
    return exchangeOnce(request);
  }
};

const exchangeOnce = async ({ method, url, token, body, timeoutMs = TIMEOUT_MS }: HttpRequest): Promise<HttpAnswer> => {
  const answer = await send(url, timeoutMs, {
    method,
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { 'x-auth-token': token }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (answer.status >= 400) throw new CloudNo(refusal(answer), answer.status);
  return answer;
};

const send = async (url: string, timeoutMs: number, init: RequestInit): Promise<HttpAnswer> => {
  try {
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: parsed(text) };
  } catch (error) {
    throw new CloudNo(unreachable(url, timeoutMs, error), undefined, { cause: error });
  }
};

const parsed = (text: string): unknown => {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const unreachable = (url: string, timeoutMs: number, error: unknown): string => {
  const { origin } = new URL(url);
  if (error instanceof Error && error.name === 'TimeoutError')
    return `${origin} did not answer in ${timeoutMs / 1000} s: is it overloaded?`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  if (code === 'ECONNREFUSED') return `nothing listens at ${origin}: start it (npm start), or correct the address`;
  return `${origin} cannot be reached (${code}): check the address and the network`;
};

/** Faults are `{kind: {code, message}}` in Nova and `{error: {message}}` in Keystone. */
const refusal = ({ status, body, headers }: HttpAnswer): string => {
  const message = messageIn(body) ?? `the answer was ${status}`;
  const requestId = headers.get('x-openstack-request-id') ?? headers.get('x-compute-request-id');
  const trace = status >= 500 && requestId ? ` (request ${requestId})` : '';
  if (status === 401) return `${message.replace(/\.$/, '')}: check the user name and password (or --token-file)`;
  if (status === 403) return `${message.replace(/\.$/, '')}: it takes an administrator`;
  return `${message}${trace}`;
};

const messageIn = (body: unknown): string | undefined => {
  if (typeof body !== 'object' || body === null) return undefined;
  for (const value of Object.values(body)) {
    if (typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string') {
      return value.message.split('\n').join(' ');
    }
  }
  return undefined;
};
