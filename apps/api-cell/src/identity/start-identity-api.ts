import type { Clock, Logger } from '#domain';
import type { EmbeddedIdentity } from '#identity';
import { Policy } from '#policy';
import { Authenticator, createHttpApp, type HttpApp, type HttpWatch, keystoneFault } from '../http/index.js';
import { IdentityApiModule } from './identity-api.module.js';
import { identityRules } from './identity-rules.js';

export interface IdentityApiServer {
  readonly identity: EmbeddedIdentity;
  readonly publicUrl: string;
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  readonly clock: Clock;
  /** The default rules when absent. */
  readonly policy?: Policy;
  readonly watch?: HttpWatch | undefined;
}

/** Identity v3 on its own port. */
export const startIdentityApi = ({
  identity,
  publicUrl,
  host,
  port,
  logger,
  clock,
  policy = new Policy(),
  watch,
}: IdentityApiServer): Promise<HttpApp> => {
  policy.declare(identityRules);
  return createHttpApp(IdentityApiModule.forRoot({ identity, publicUrl }), {
    name: 'identity',
    host,
    port,
    logger,
    identityUrl: publicUrl,
    watch,
    renderFault: keystoneFault,
    authentication: { authenticator: new Authenticator(identity, clock, { scope: 'any', service: 'identity', policy }), isPublic },
  });
};

/** Discovery, logging in, and changing one's password with the old one. */
const isPublic = (method: string, path: string): boolean => {
  if (method === 'GET' || method === 'HEAD') return path === '/' || path === '/v3' || path === '/v3/';
  return method === 'POST' && (path === '/v3/auth/tokens' || PASSWORD_PATH.test(path));
};

const PASSWORD_PATH = /^\/v3\/users\/[^/]+\/password$/;
