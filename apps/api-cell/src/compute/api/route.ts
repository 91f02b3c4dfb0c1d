import { CloudError } from '#domain';
import { type ApiVersion, type Microversion, minorOf, NEWEST_MINOR, OLDEST_MINOR, type RequestSchema } from '#microversion';
import type { ApiContext } from '../../http/index.js';
import type { Links } from './links.js';
import { type RouteRule, reading } from './policy.js';
import type { Parameters, Query } from './query.js';
import { checkBody } from './validation.js';

/** One request, past authentication and negotiation. */
export interface Call {
  readonly ctx: ApiContext;
  readonly at: ApiVersion;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly links: Links;
  /** Unknown keys of the body are dropped, not refused: the v2 endpoint. */
  readonly tolerant: boolean;
}

/** An answer with another status than the route's, or with headers of its own. */
export class Answer {
  constructor(
    readonly status: number,
    readonly body?: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}
}

interface Range {
  /** First and last version that has it, both inclusive; all when absent. */
  readonly since?: Microversion;
  readonly until?: Microversion;
}

interface Common extends Range {
  readonly policy: RouteRule;
  /** Checked when given; a route without it takes any query. */
  readonly query?: Parameters;
  /** The status of success. */
  readonly ok: number | ((at: ApiVersion) => number);
}

interface WithoutBody {
  readonly body?: undefined;
  handle(call: Call): unknown;
}

interface WithBody<B> {
  readonly body: RequestSchema<B>;
  handle(call: Call, body: B): unknown;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What runs once method, path and, for actions, body are known. `run` returns the body of the answer (a value, RawJson, or the bytes of JSON), or an Answer. */
export interface Endpoint {
  readonly since: number;
  readonly until: number;
  readonly policy: RouteRule;
  readonly query: Parameters | undefined;
  /** What the body is checked against, before `run` does anything; undefined: the body is not looked at. */
  readonly body: RequestSchema<unknown> | undefined;
  readonly ok: number | ((at: ApiVersion) => number);
  /** The key of the body that chooses it. */
  readonly action?: string;
  run(call: Call, body: unknown): unknown;
}

export interface Route {
  readonly method: Method;
  /** Below the version and the project: `/servers/:id`. */
  readonly path: string;
  /** All that may be chosen. */
  readonly endpoints: readonly Endpoint[];
  /** @throws CloudError `invalid` when the body names no action. */
  choose(body: unknown): Endpoint;
}

/** One row of the route table. */
export const route = <B>(spec: { readonly method: Method; readonly path: string } & Common & (WithoutBody | WithBody<B>)): Route => {
  const endpoint = endpointOf(spec.method === 'GET' ? { ...spec, policy: reading(spec.policy) } : spec);
  return { method: spec.method, path: spec.path, endpoints: [endpoint], choose: () => endpoint };
};

/** One row of an action table: what `POST …/action` does for a body with this key. */
export const action = <B>(spec: { readonly name: string } & Common & (WithoutBody | WithBody<B>)): [string, Endpoint] => [
  spec.name,
  { ...endpointOf(spec), action: spec.name },
];

export const actionRoute = (path: string, actions: readonly [string, Endpoint][]): Route => {
  const byName = new Map(actions);
  return {
    method: 'POST',
    path,
    endpoints: [...byName.values()],
    choose: body => {
      const names = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.keys(body) : [];
      if (names.length !== 1) throw new CloudError('invalid', 'Malformed request body');
      const found = byName.get(names[0]!);
      if (!found) throw new CloudError('invalid', `There is no such action: ${names[0]}`);
      return found;
    },
  };
};

const endpointOf = <B>(spec: Common & (WithoutBody | WithBody<B>)): Endpoint => ({
  since: spec.since ? minorOf(spec.since) : OLDEST_MINOR,
  until: spec.until ? minorOf(spec.until) : NEWEST_MINOR,
  policy: spec.policy,
  query: spec.query,
  body: spec.body,
  ok: spec.ok,
  run: spec.body ? withBody(spec) : call => spec.handle(call),
});

const withBody =
  <B>(spec: WithBody<B>): Endpoint['run'] =>
  (call, body) => {
    if (body === undefined || body === null) throw new CloudError('invalid', 'Malformed request body');
    return spec.handle(call, checkBody(spec.body(call.at), body, call.tolerant));
  };
