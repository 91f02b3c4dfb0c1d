import { type DynamicModule, Module } from '@nestjs/common';
import { JOIN_PATHS, mountJoinDoor } from '#cell-admin';
import type { IdentityService } from '#identity';
import type { Policy } from '#policy';
import { Authenticator, createHttpApp, type HttpApp, type HttpWatch } from '../http/index.js';
import { computeFault, innerRuleDefaults, isPublicComputePath, registerRoutes, rulesOf, ServerOwners, sqlOf } from './api/index.js';
import { type ComputeApiDeps, computeRoutes } from './compute-routes.js';
import { serveDocs } from './openapi/index.js';

export interface ComputeApiServer extends ComputeApiDeps {
  readonly identity: IdentityService;
  /** Is told the rules of the routes. */
  readonly policy: Policy;
  /** Public URL of Identity. */
  readonly identityUrl: string;
  /** What links begin with, `https://compute.example.org`; by default the host that the client used. */
  readonly publicUrl?: string;
  readonly host: string;
  readonly port: number;
  readonly watch?: HttpWatch | undefined;
}

/**
 * The compute API on its own port. Its routes are one table, put on Fastify as they stand: Nest gives the application its life cycle
 * and its fault filter, and no request passes through a Nest handler.
 */
export const startComputeApi = (server: ComputeApiServer): Promise<HttpApp> => {
  const { identity, clock, policy, publicUrl } = server;
  const routes = computeRoutes(server);
  policy.declare([...rulesOf(routes), ...innerRuleDefaults]);
  const owners = new ServerOwners(sqlOf(server.dataSource));
  return createHttpApp(ComputeApiModule.forRoot(), {
    name: 'compute',
    host: server.host,
    port: server.port,
    logger: server.logger,
    identityUrl: server.identityUrl,
    renderFault: computeFault,
    watch: server.watch,
    strictSlashes: true,
    authentication: { authenticator: new Authenticator(identity, clock, { policy }), isPublic },
    prepare: fastify => {
      mountJoinDoor(fastify, { door: server.cells, clock, prefix: JOIN_PREFIX });
      serveDocs(fastify, routes);
      registerRoutes(fastify, routes, { owners, publicUrl });
    },
  });
};

const JOIN_PREFIX = '/v2.1';
const joinPaths = new Set(JOIN_PATHS.map(path => `${JOIN_PREFIX}${path}`));

/** A machine that wants to be a cell has a join token and no account. */
const isPublic = (method: string, path: string): boolean => (method === 'POST' && joinPaths.has(path)) || isPublicComputePath(method, path);

@Module({})
export class ComputeApiModule {
  static forRoot(): DynamicModule {
    return { module: ComputeApiModule };
  }
}
