import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Logger, messageOf } from '#domain';
import { type FaultRenderer, faultOf, type HttpFault } from './fault.js';
import { keystoneFault } from './keystone-fault.js';

export interface FaultFilterOptions {
  readonly render: FaultRenderer;
  readonly logger: Logger;
  /** Where a client without a token is sent: the public URL of Identity. */
  readonly identityUrl: string;
}

export const REQUEST_ID_HEADER = 'x-openstack-request-id';

/** The last stop of every error of one API, from handlers, hooks and the body parser alike: logged here once, worded by the API. */
@Catch()
export class FaultFilter implements ExceptionFilter {
  constructor(private readonly options: FaultFilterOptions) {}

  catch(error: unknown, host: ArgumentsHost): void {
    this.answer(error, host.switchToHttp().getRequest<FastifyRequest>(), host.switchToHttp().getResponse<FastifyReply>());
  }

  /** For errors that Fastify finds before Nest sees the request. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const fault = faultOf(error);
    this.log(fault, request);
    if (reply.sent) return;

    const render = fault.status === 401 ? keystoneFault : this.options.render;
    const { body, contentType = 'application/json', headers = {}, status = fault.status } = render(fault, request);
    if (fault.status === 401) reply.header('www-authenticate', `Keystone uri="${this.options.identityUrl}"`);
    reply
      .status(status)
      .header(REQUEST_ID_HEADER, request.id)
      .headers(headers)
      .type(contentType)
      .send(typeof body === 'string' ? body : JSON.stringify(body));
  }

  private log({ status, error }: HttpFault, request: FastifyRequest): void {
    const fields = { requestId: request.id, method: request.method, path: pathOf(request), status };
    if (status >= 500) this.options.logger.error(`request failed: ${messageOf(error)}`, { ...fields, error });
    else this.options.logger.debug(`request refused: ${messageOf(error)}`, fields);
  }
}

/** Without the query, which may hold a signature. */
const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';
