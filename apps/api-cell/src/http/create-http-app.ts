import { randomUUID } from 'node:crypto';
import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CloudError, type Logger, requestId } from '#domain';
import type { Authenticator } from './authenticator.js';
import { FaultFilter, REQUEST_ID_HEADER } from './fault.filter.js';
import type { FaultRenderer } from './fault.js';
import { HEALTH_PATH, serveHealth } from './healthcheck.js';
import { acceptJsonBodies } from './json-body.js';
import { countRequests, type HttpWatch } from './watch.js';

export interface HttpAppOptions {
  /** Stands in log lines and errors: 'identity'. */
  readonly name: string;
  readonly host: string;
  /** 0 lets the system choose; see {@link HttpApp.port}. */
  readonly port: number;
  readonly logger: Logger;
  readonly renderFault: FaultRenderer;
  /** Public URL of Identity, told to those who come without a token. */
  readonly identityUrl: string;
  readonly authentication: {
    readonly authenticator: Authenticator;
    /** Whether a request needs no token; `path` has no query. Asked once per request, before the body is read. */
    isPublic(method: string, path: string, url: string): boolean;
  };
  /** The health of the process, which `/healthcheck` tells, and who counts requests. */
  readonly watch?: HttpWatch | undefined;
  readonly bodyLimitBytes?: number;
  /** How long a client may take to send a request; 0 for no end, where the handler bounds the upload itself. */
  readonly requestTimeoutMs?: number;
  /** Whether a path with a slash at its end is another path; as Nova has it, so that an empty id is not taken for the list. */
  readonly strictSlashes?: boolean;
  /** Hooks and body parsers that this API has beyond the shared ones. */
  readonly prepare?: (fastify: FastifyInstance) => void;
}

export interface HttpApp {
  readonly nest: NestFastifyApplication;
  readonly port: number;
  /** Answers what runs, refuses what is new, closes idle connections. */
  close(): Promise<void>;
}

/**
 * One API on its own port: a Nest application whose per-request work (request id, authentication, bodies) is Fastify hooks, because
 * every Nest interceptor or guard costs as much as all of these together.
 * @throws CloudError `conflict` when the port is taken.
 */
export const createHttpApp = async (module: Type | DynamicModule, options: HttpAppOptions): Promise<HttpApp> => {
  const faults = new FaultFilter({ render: options.renderFault, logger: options.logger, identityUrl: options.identityUrl });
  const adapter = fastifyAdapter(options, faults);
  const nest = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: false, abortOnError: false, bodyParser: false });
  nest.useGlobalFilters(faults);
  const fastify = adapter.getInstance<FastifyInstance>();
  acceptJsonBodies(fastify);
  const { watch } = options;
  if (watch) serveHealth(fastify, watch.health);
  if (watch?.meter) countRequests(fastify, options.name, watch.meter);
  options.prepare?.(fastify);
  await listen(nest, options);
  const address = nest.getHttpServer().address();
  const port = typeof address === 'object' && address ? address.port : options.port;
  options.logger.info(`${options.name} API listens`, { host: options.host, port });
  return { nest, port, close: () => nest.close() };
};

const fastifyAdapter = (options: HttpAppOptions, faults: FaultFilter): FastifyAdapter => {
  const adapter = new FastifyAdapter({
    skipMiddie: true,
    // An id from outside is never taken over: it would let a client write into another's trail.
    genReqId: () => requestId(randomUUID()),
    requestIdHeader: false,
    // A malformed URL is found by the router, before any hook.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => faults.answer(error, request, reply),
    bodyLimit: options.bodyLimitBytes ?? 1024 * 1024,
    requestTimeout: options.requestTimeoutMs ?? 60_000,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: options.strictSlashes !== true, maxParamLength: 255 },
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  const { authenticator, isPublic } = options.authentication;
  fastify.decorateRequest('ctx', null);
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    const { url } = request;
    const query = url.indexOf('?');
    const path = query < 0 ? url : url.slice(0, query);
    if (path === HEALTH_PATH || isPublic(request.method, path, url)) return;
    request.ctx = await authenticator.authenticate(request);
  });
  return adapter;
};

const listen = async (nest: NestFastifyApplication, { name, host, port }: HttpAppOptions): Promise<void> => {
  try {
    await nest.listen({ port, host, backlog: 1024 });
  } catch (error) {
    await nest.close();
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    const message = `port ${port} on ${host} is already in use: the ${name} API cannot listen there; stop the other program or configure another port`;
    throw new CloudError('conflict', message, { cause: error });
  }
};
