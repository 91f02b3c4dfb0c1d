import type { FastifyInstance } from 'fastify';

/** `application/json` and vendor types such as `application/openstack-images-v2.1-json-patch` or `application/problem+json`. */
const JSON_TYPES = /^application\/([\w.+-]*[+.-])?json([+.-][\w.+-]*)?(\s*;|$)/i;

/**
 * JSON is parsed whatever vendor name it goes by; a body that is absent although its type is announced (python clients do so on DELETE)
 * is no error. Malformed JSON, and keys that would reach an object's prototype, are answered 400.
 */
export const acceptJsonBodies = (fastify: FastifyInstance): void => {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(JSON_TYPES, { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else parseJson(request, body.toString(), done);
  });
};
