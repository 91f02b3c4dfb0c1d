import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Route } from '../api/index.js';
import { docsPage } from './docs-page.js';
import { openapiDocument } from './openapi-document.js';

/**
 * `/docs` for people and `/docs/openapi.json` for tools; both without a token, because they tell nothing that the sources do not. They are
 * made when first asked for, once per process: no start waits for them.
 */
export const serveDocs = (fastify: FastifyInstance, routes: readonly Route[]): void => {
  const page = once(() => docsPage(routes));
  const document = once(() => JSON.stringify(openapiDocument(routes)));
  fastify.get('/docs', (_, reply) => send(reply, 'text/html; charset=utf-8', page()));
  fastify.get('/docs/openapi.json', (_, reply) => send(reply, 'application/json', document()));
};

const send = (reply: FastifyReply, type: string, text: string): FastifyReply =>
  reply
    .headers({
      'content-type': type,
      'cache-control': 'public, max-age=300',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
      'x-content-type-options': 'nosniff',
    })
    .send(text);

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
