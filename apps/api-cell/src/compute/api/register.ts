import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { dispatcher } from './dispatch.js';
import { UnknownPath } from './fault.js';
import { LinkRegistry } from './links.js';
import type { Route } from './route.js';
import type { ServerOwners } from './server-owners.js';
import { allVersions, choices, oneVersion } from './version-documents.js';

/** The three names of the API: v2.1, and v2 without microversions and with tolerant bodies. */
const PREFIXES = ['v2.1', 'v2', 'v2.0'] as const;

/**
 * Puts the route table on a Fastify instance, each route with and without the project in its path. Faults go to the instance's error
 * handler, which renders them with `computeFault`.
 */
export const registerRoutes = (fastify: FastifyInstance, routes: readonly Route[], { owners, publicUrl }: RegisterOptions): void => {
  const links = new LinkRegistry(publicUrl?.replace(/\/+$/, ''));
  const originOf = (request: FastifyRequest) => links.for(request.protocol, request.headers.host, '', undefined).origin;
  registerVersionDocuments(fastify, originOf);
  for (const prefix of PREFIXES) {
    for (const route of routes) {
      const handler = dispatcher(route, prefix, { links, owners });
      fastify.route({ method: route.method, url: `/${prefix}${route.path}`, handler });
      fastify.route({ method: route.method, url: `/${prefix}/:projectId${route.path}`, handler });
    }
  }
  fastify.all('/*', (request, reply) => unknownPath(request, reply, originOf(request)));
};

export interface RegisterOptions {
  readonly owners: ServerOwners;
  /** What all links begin with; by default the host that the client used. */
  readonly publicUrl?: string | undefined;
}

const registerVersionDocuments = (fastify: FastifyInstance, originOf: (request: FastifyRequest) => string): void => {
  fastify.get('/', async request => allVersions(originOf(request)));
  for (const prefix of PREFIXES)
    for (const path of [`/${prefix}`, `/${prefix}/`])
      fastify.get(path, async request => oneVersion(originOf(request), prefix === 'v2.1' ? 'v2.1' : 'v2.0'));
};

const unknownPath = (request: FastifyRequest, reply: FastifyReply, origin: string): FastifyReply => {
  const [path = '/'] = request.url.split('?', 1);
  if (/^\/v2(\.[01])?(\/|$)/.test(path)) throw new UnknownPath();
  return reply.code(300).send(choices(origin, path));
};
