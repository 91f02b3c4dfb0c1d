import type { FastifyInstance } from 'fastify';
import { type Health, healthAnswer } from '#domain';

/** Asked without a token, on every API. */
export const HEALTH_PATH = '/healthcheck';

export const serveHealth = (fastify: FastifyInstance, health: Pick<Health, 'reasons'>): void => {
  fastify.route({
    method: ['GET', 'HEAD'],
    url: HEALTH_PATH,
    handler: (request, reply) => {
      const { status, contentType, body } = healthAnswer(health.reasons(), { method: request.method, accept: request.headers.accept });
      return reply.code(status).type(contentType).send(body);
    },
  });
};
