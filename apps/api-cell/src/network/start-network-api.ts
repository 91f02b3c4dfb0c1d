import type { Logger } from '#domain';
import type { IdentityService } from '#identity';
import type { Policy } from '#policy';
import type { NetworkRecordsDeps } from '../compute/index.js';
import { Authenticator, createHttpApp, type HttpApp, type HttpWatch } from '../http/index.js';
import { NetworkApiModule } from './network-api.module.js';
import { networkFault } from './network-fault.js';
import { networkRules } from './network-rules.js';

export interface NetworkApiServer extends NetworkRecordsDeps {
  readonly identity: IdentityService;
  /** Public URL of Identity. */
  readonly identityUrl: string;
  readonly publicUrl: string;
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  readonly policy: Policy;
  readonly watch?: HttpWatch | undefined;
}

/** Network v2.0 on its own port: what clients ask of it in a cloud whose servers have no networks yet. */
export const startNetworkApi = (server: NetworkApiServer): Promise<HttpApp> => {
  const { identity, identityUrl, host, port, logger, clock, policy, watch } = server;
  policy.declare(networkRules);
  return createHttpApp(NetworkApiModule.forRoot(server), {
    name: 'network',
    host,
    port,
    logger,
    identityUrl,
    watch,
    renderFault: networkFault,
    authentication: { authenticator: new Authenticator(identity, clock, { service: 'network', policy }), isPublic },
  });
};

/** Discovery. */
const isPublic = (method: string, path: string): boolean => path === '/' && (method === 'GET' || method === 'HEAD');
