import type { FastifyInstance } from 'fastify';
import type { Health } from '#domain';

/** Counts what was answered. */
export interface RequestMeter {
  /** @param route as it is declared, `/servers/:id`; there are so many and no more */
  served(api: string, method: string, route: string, status: number, seconds: number): void;
}

export interface HttpWatch {
  readonly health: Pick<Health, 'reasons'>;
  /** Left out where nobody asks. */
  readonly meter?: RequestMeter | undefined;
}

export const countRequests = (fastify: FastifyInstance, api: string, meter: RequestMeter): void => {
  fastify.addHook('onResponse', (request, reply, done) => {
    meter.served(api, request.method, request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1000);
    done();
  });
};
