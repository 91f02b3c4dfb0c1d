import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import type { AdminDoor } from '#cell';
import { type Clock, CloudError, HTTP_STATUS, type Logger, messageOf, novaFault, requestId } from '#domain';
import { ADMIN_SECONDS, type AdminRoute } from './admin-route.js';
import { adminRoutes } from './admin-routes.js';
import { checkedBody, checkedQuery } from './checked-input.js';
import { JOIN_PATHS, mountJoinDoor } from './join-door.js';

export interface AdminListenerOptions {
  readonly host: string;
  readonly port: number;
  /**
   * SHA-256, in hex, of the token that callers send as X-Auth-Token. The token itself is 256 random bits, so nobody can find it by
   * trying, and a slow hash would protect nothing.
   */
  readonly tokenHash: string;
  readonly door: AdminDoor;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface AdminListener {
  /** Where it listens; 0 while another process of the cell has the port. */
  readonly port: number;
  close(): Promise<void>;
}

/** A process that finds the port taken looks this often whether it is free. */
const TAKEOVER_MS = 2000;

/**
 * A cell's own door for its operator: the same paths as at the root, for this cell and those below it. It needs nothing above the cell,
 * so it answers while the cell is cut off. The processes of a cell share the port: one listens, and when it ends the next takes over.
 */
export const startAdminListener = async (options: AdminListenerOptions): Promise<AdminListener> => {
  const app = fastify({ logger: false, forceCloseConnections: true, genReqId: () => requestId(randomUUID()), bodyLimit: 256 * 1024 });
  routesOn(app, options);
  await app.ready();
  let timer: NodeJS.Timeout | undefined;
  let told = false;
  let port = 0;
  const listen = async (): Promise<void> => {
    try {
      await app.listen({ host: options.host, port: options.port });
      const address = app.server.address();
      port = typeof address === 'object' && address ? address.port : 0;
      options.log.info('admin API listens', { host: options.host, port });
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
      if (!told) options.log.warn('the port of the admin API is taken; waiting for it', { host: options.host, port: options.port });
      told = true;
      timer = setTimeout(() => void listen().catch(reason => fail(options.log, reason)), TAKEOVER_MS);
    }
  };
  await listen();
  return {
    get port() {
      return port;
    },
    close: async () => {
      clearTimeout(timer);
      await app.close();
    },
  };
};

const fail = (log: Logger, error: unknown): void => log.error('the admin API cannot listen', { reason: messageOf(error) });

const routesOn = (app: FastifyInstance, options: AdminListenerOptions): void => {
  const isToken = tokenCheck(options.tokenHash);
  app.decorateRequest('deadline', 0);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-openstack-request-id', request.id);
    if (JOIN_PATHS.includes(request.routeOptions.url ?? '')) return;
    if (!isToken(request.headers['x-auth-token'])) {
      reply.header('www-authenticate', 'Canopy realm="cell admin"');
      throw new CloudError('unauthenticated', 'The request you have made requires authentication.');
    }
  });
  app.setErrorHandler((error, request, reply) => {
    const { status, message } = faultOf(error);
    const fields = { requestId: request.id, method: request.method, status, reason: messageOf(error) };
    if (status >= 500) options.log.error('admin request failed', { ...fields, stack: error instanceof Error ? error.stack : undefined });
    return reply.code(status).send(novaFault(status, message));
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(novaFault(404, 'The resource could not be found.')));
  mountJoinDoor(app, { door: options.door, clock: options.clock, prefix: '' });
  for (const route of adminRoutes)
    app.route({ method: route.method, url: route.path, handler: request => carryOut(route, request, options) });
};

const carryOut = async (route: AdminRoute, request: FastifyRequest, { door, clock, log }: AdminListenerOptions): Promise<unknown> => {
  const operator = { userId: 'cell-admin', requestId: request.id };
  const params = request.params as Record<string, string>;
  const query = checkedQuery(route, request.query as Record<string, unknown>);
  const url = `${request.protocol}://${request.headers.host}`;
  const call = { door, params, query, operator, clock, deadline: clock.now() + (route.seconds ?? ADMIN_SECONDS) * 1000, url };
  const body = checkedBody(route, request.body);
  if (route.method !== 'GET') log.info('operator order', { requestId: request.id, method: route.method, path: request.url });
  return (await route.handle(call, body)) ?? '';
};

/** Compared by their hashes, in a time that tells nothing. */
const tokenCheck = (tokenHash: string): ((token: unknown) => boolean) => {
  const wanted = Buffer.from(tokenHash, 'hex');
  return token => typeof token === 'string' && timingSafeEqual(createHash('sha256').update(token).digest(), wanted);
};

const faultOf = (error: unknown): { status: number; message: string } => {
  if (error instanceof CloudError) {
    const status = HTTP_STATUS[error.kind];
    // Nova knows no 504: who waits for a cell that does not answer is told that the service is unavailable.
    return { status: status === 504 ? 503 : status, message: error.message };
  }
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode < 500)
    return { status: error.statusCode, message: error.message };
  return { status: 500, message: 'An unexpected error occurred; its details are in the log under this request id.' };
};
