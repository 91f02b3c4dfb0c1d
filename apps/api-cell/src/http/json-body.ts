import type { FastifyInstance } from 'fastify';
import { CloudError } from '#domain';

/** `application/json` and vendor types such as `application/openstack-images-v2.1-json-patch` or `application/problem+json`. */
const JSON_TYPES = /^application\/([\w.+-]*[+.-])?json([+.-][\w.+-]*)?(\s*;|$)/i;

/**
 * JSON is parsed whatever vendor name it goes by; a body that is absent although its type is announced (python clients do so on DELETE)
 * is no error. Malformed JSON, keys that would reach an object's prototype, and values nested so deep that a walk through them would end the
 * stack are answered 400.
 */
export const acceptJsonBodies = (fastify: FastifyInstance): void => {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(JSON_TYPES, { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    parseJson(request, body.toString(), (error: Error | null, value: unknown) => {
      if (error === null && isDeeper(value, MAX_DEPTH))
        done(new CloudError('invalid', `The body is nested deeper than ${MAX_DEPTH} levels`));
      else done(error, value);
    });
  });
};

/** No request of any API needs a tenth of it. */
const MAX_DEPTH = 100;

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' && value !== null && (levels === 0 || Object.values(value).some(inner => isDeeper(inner, levels - 1)));
