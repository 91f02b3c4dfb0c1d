import type { FastifyInstance } from 'fastify';
import type { Clock, Logger } from '#domain';
import type { IdentityService } from '#identity';
import type { EmbeddedImages } from '#images';
import type { Policy } from '#policy';
import { Authenticator, createHttpApp, type HttpApp, type HttpWatch, keystoneFault } from '../http/index.js';
import { ImageApiModule } from './image-api.module.js';

export interface ImageApiServer {
  readonly images: EmbeddedImages;
  readonly identity: IdentityService;
  /** Public URL of Identity. */
  readonly identityUrl: string;
  readonly publicUrl: string;
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  readonly clock: Clock;
  /** The default rules when absent. */
  readonly policy?: Policy;
  readonly watch?: HttpWatch | undefined;
}

/** Image v2 on its own port. Its faults have Keystone's shape, the one that glanceclient and openstacksdk both read. */
export const startImageApi = ({
  images,
  identity,
  identityUrl,
  publicUrl,
  host,
  port,
  logger,
  clock,
  policy,
  watch,
}: ImageApiServer): Promise<HttpApp> =>
  createHttpApp(ImageApiModule.forRoot({ images, publicUrl }), {
    name: 'image',
    host,
    port,
    logger,
    identityUrl,
    watch,
    renderFault: keystoneFault,
    authentication: { authenticator: new Authenticator(identity, clock, { service: 'image', policy }), isPublic },
    // An upload of many GB takes its time; the store ends one that stands still.
    requestTimeoutMs: 0,
    prepare: acceptImageData,
  });

/** Discovery, and signed links. */
const isPublic = (method: string, path: string, url: string): boolean => {
  if (FILE_PATH.test(path)) return url.includes('signature=');
  if (method !== 'GET' && method !== 'HEAD') return false;
  return path === '/' || path === '/versions' || path === '/versions/' || path === '/v2' || path === '/v2/';
};

const FILE_PATH = /^\/v2\/images\/[^/]+\/file$/;

/** Data is left on the wire for the handler to stream. */
const acceptImageData = (fastify: FastifyInstance): void => {
  fastify.addContentTypeParser('application/octet-stream', (_request, _payload, done) => done(null, undefined));
};
