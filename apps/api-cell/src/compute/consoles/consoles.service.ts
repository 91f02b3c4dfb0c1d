import { CloudError, type RequestContext } from '#domain';
import type { CellGateway } from '../cell-gateway.js';
import type { ServersRepository } from '../servers/servers.repository.js';
import type { ConsoleTokens } from './console-tokens.js';
import { CONSOLE_KINDS, CONSOLE_TYPES, type ConsoleType, consoleUrl } from './console-types.js';

/** What consoles need besides the tree: absent where no console proxy is configured. */
export interface ConsoleAccess {
  readonly tokens: ConsoleTokens;
  /** As users reach the proxy: `http://host:6080`. */
  readonly proxyUrl: string;
}

export interface ConsolesDeps {
  readonly gateway: Pick<CellGateway, 'findConsole'>;
  readonly servers: ServersRepository;
  readonly access: ConsoleAccess | undefined;
}

export class ConsolesService {
  constructor(private readonly deps: ConsolesDeps) {}

  /**
   * Opens a console for a while.
   * @returns its URL, with the token in it
   * @throws CloudError `notFound`; `invalid` for a type of console that there is not; `conflict` while the server does not run
   */
  async open(ctx: RequestContext, instanceUuid: string, asked: string): Promise<string> {
    const { gateway, servers, access } = this.deps;
    await servers.keyForShow(ctx, instanceUuid);
    const type = CONSOLE_TYPES.find(known => known === asked);
    if (!type || !access) throw unavailable(asked);
    await gateway.findConsole(ctx, instanceUuid, CONSOLE_KINDS[type]).catch(error => {
      if (error instanceof CloudError && error.kind === 'notImplemented') throw unavailable(asked);
      throw error;
    });
    return consoleUrl(type, access.proxyUrl, await access.tokens.issue({ instanceUuid, type }));
  }

  /** Where a token leads. @throws CloudError `notFound` */
  async connection(ctx: RequestContext, token: string) {
    const opened = await this.deps.access?.tokens.open(token);
    if (!opened) throw new CloudError('notFound', 'Token not found');
    const { host } = await this.deps.gateway.findConsole(ctx, opened.instanceUuid, CONSOLE_KINDS[opened.type]);
    return { ...opened, host };
  }
}

const unavailable = (type: ConsoleType | string): CloudError => new CloudError('invalid', `Unavailable console type ${type}.`);
