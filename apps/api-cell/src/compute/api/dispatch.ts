import type { FastifyReply, FastifyRequest } from 'fastify';
import { CloudError } from '#domain';
import { ApiVersion, type Negotiation, negotiate, OLDEST, RawJson } from '#microversion';
import { contextOf } from '../../http/index.js';
import { RESOURCE_NOT_FOUND, StatusError, UnknownPath } from './fault.js';
import type { LinkRegistry } from './links.js';
import { authorize } from './policy.js';
import { checkQuery, type Query } from './query.js';
import { Answer, type Endpoint, type Route } from './route.js';
import type { ServerOwners } from './server-owners.js';

const VARY = 'OpenStack-API-Version, X-OpenStack-Nova-API-Version';
const PROJECT_ID = /^[0-9a-f-]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are ASCII too
const NOT_ASCII = /[^\u0000-\u007f]/;
const JSON_TYPE = 'application/json';

/** What a Fastify route of the table answers with; `prefix` is the version in the path: `v2.1`, or `v2`, which knows no microversions. */
export const dispatcher = (route: Route, prefix: string, { links, owners }: { links: LinkRegistry; owners: ServerOwners }) => {
  const compatible = prefix !== 'v2.1';
  const ofServer = route.path.startsWith('/servers/:id');
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const at = compatible ? ApiVersion.of(OLDEST) : versionOf(request, reply);
    const params = request.params as Record<string, string>;
    for (const name in params) if (params[name] === '') throw new UnknownPath();
    const ctx = contextOf(request);
    checkProject(params.projectId, ctx.projectId);
    checkNames(params);
    reply.header('x-compute-request-id', ctx.requestId);

    const endpoint = route.choose(request.body);
    if (at.minor < endpoint.since || at.minor > endpoint.until) throw new CloudError('notFound', RESOURCE_NOT_FOUND);
    authorize(endpoint.policy, ctx, ofServer ? await owners.targetFor(endpoint.policy.name, ctx, params.id) : undefined);
    const query = request.query as Query;
    if (endpoint.query) checkQuery(endpoint.query, query, at);

    const result = await endpoint.run(
      { ctx, at, params, query, tolerant: compatible, links: links.for(request.protocol, request.headers.host, prefix, params.projectId) },
      request.body,
    );
    return send(reply, endpoint, at, result);
  };
};

/** Finds the version and tells it in the answer's headers, those of a refusal too. */
const versionOf = (request: FastifyRequest, reply: FastifyReply): ApiVersion => {
  const { 'openstack-api-version': openstack, 'x-openstack-nova-api-version': legacy } = request.headers;
  const found = negotiateOnce(
    typeof openstack === 'string' ? openstack : openstack?.join(','),
    typeof legacy === 'string' ? legacy : legacy?.[0],
  );
  const told = found.ok ? found.version.text : (found.asked ?? OLDEST);
  reply.header('vary', VARY).header('openstack-api-version', `compute ${told}`).header('x-openstack-nova-api-version', told);
  if (found.ok) return found.version;
  if (found.status === 400) throw new CloudError('invalid', found.message);
  throw new StatusError(406, found.message);
};

const negotiated = new Map<string, Negotiation>();

/** Clients send the same few headers again and again. What is kept is bounded, because the header is theirs to choose. */
const negotiateOnce = (openstack: string | undefined, legacy: string | undefined): Negotiation => {
  const key = `${openstack ?? ''}\n${legacy ?? ''}`;
  let found = negotiated.get(key);
  if (!found) {
    if (negotiated.size >= 500) negotiated.clear();
    found = negotiate(openstack, legacy);
    negotiated.set(key, found);
  }
  return found;
};

const checkProject = (inPath: string | undefined, ofToken: string): void => {
  if (inPath === undefined || inPath === ofToken) return;
  if (!PROJECT_ID.test(inPath)) throw new UnknownPath();
  throw new CloudError('invalid', `Malformed request URL: URL's project_id '${inPath}' doesn't match Context's project_id '${ofToken}'`);
};

/**
 * Everything but tags is named in ASCII, and so are its columns: the database refuses to compare them with other characters, and a read
 * that serves several requests would fail for all.
 */
const checkNames = (params: Readonly<Record<string, string>>): void => {
  for (const name in params) if (name !== 'tag' && NOT_ASCII.test(params[name]!)) throw new CloudError('notFound', RESOURCE_NOT_FOUND);
};

const send = (reply: FastifyReply, endpoint: Endpoint, at: ApiVersion, result: unknown): FastifyReply => {
  const answer = result instanceof Answer ? result : undefined;
  const body = answer ? answer.body : result;
  reply.code(answer?.status ?? (typeof endpoint.ok === 'number' ? endpoint.ok : endpoint.ok(at)));
  if (answer) reply.headers(answer.headers);
  if (body === undefined) return reply.send();
  reply.header('content-type', JSON_TYPE);
  return reply.send(body instanceof Uint8Array ? body : body instanceof RawJson ? body.text : JSON.stringify(body));
};
