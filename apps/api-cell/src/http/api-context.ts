import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CloudError, type RequestContext } from '#domain';
import type { TokenIdentity } from '#identity';
import type { Policy } from '#policy';

/** Who asks, and what decides whether they may. */
export interface PolicedContext extends RequestContext {
  readonly policy: Policy;
}

/** The request context as an API knows it. `projectId` is empty only where an API admits tokens without a project (Identity). */
export interface ApiContext extends PolicedContext {
  /** Whose token it is, with names; its scope may be a domain or nothing. */
  readonly identity: TokenIdentity;
  /** The caller's own token, for calls to a neighbour on the caller's behalf. */
  readonly authToken: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on a public path. */
    ctx: ApiContext | null;
  }
}

/** The context of a request that passed authentication. */
export const contextOf = (request: FastifyRequest): ApiContext => {
  if (!request.ctx) throw new CloudError('unauthenticated', 'The request you have made requires authentication.');
  return request.ctx;
};

/** The parameter of a handler that wants the caller's context: `show(@Ctx() ctx: ApiContext)`. */
export const Ctx = createParamDecorator((_: unknown, host: ExecutionContext) =>
  contextOf(host.switchToHttp().getRequest<FastifyRequest>()),
);
