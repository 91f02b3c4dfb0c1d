import type { Duplex } from 'node:stream';
import { ConsoleProxy, HostDoor } from '#consoles';
import { CloudError, requestId } from '#domain';
import type { RunningService, ServiceRuntime } from '#service-runtime';
import type { ConsolesConfig } from '../api-cell.config.js';
import { type CellGateway, CONSOLE_KINDS, type ConsoleTokens } from '../compute/index.js';

export interface ConsolesDeps extends ServiceRuntime {
  readonly config: ConsolesConfig;
  readonly publicHost: string;
  readonly tokens: ConsoleTokens;
  readonly gateway: Pick<CellGateway, 'connectConsole'>;
}

/** A user who opens a page waits for it. */
const CONNECT_MS = 15_000;

/** The proxy for users, and the door for hosts that bring the consoles. */
export const startConsoles = async (deps: ConsolesDeps): Promise<RunningService> => {
  const { config, publicHost, logger } = deps;
  const { host, port } = config.door;
  const advertised = { host: config.door.advertisedHost ?? publicHost, port: config.door.advertisedPort ?? port };
  const door = await HostDoor.open({ host, port, advertised });
  const proxy = await ConsoleProxy.start({
    host: config.host,
    port: config.port,
    open: token => openConsole(deps, door, token),
    log: logger,
  });
  logger.info('console proxy listens', { host: config.host, port: proxy.port, door: advertised });
  return {
    stop: async () => {
      await proxy.close();
      await door.close();
    },
  };
};

/** Asks down the tree, and waits for the host to come. @throws CloudError as `CellGateway.connectConsole`; `notFound` for the token */
const openConsole = async ({ tokens, gateway, clock, random, logger }: ConsolesDeps, door: HostDoor, token: string): Promise<Duplex> => {
  const opened = await tokens.open(token);
  if (!opened) throw new CloudError('notFound', 'the token opens nothing, or nothing any more');
  const { instanceUuid, type } = opened;
  const asked = requestId(random.uuid());
  const awaited = door.expect({ limitMs: CONNECT_MS });
  try {
    const asker = { requestId: asked, deadline: clock.now() + CONNECT_MS };
    const { host } = await gateway.connectConsole(asker, instanceUuid, CONSOLE_KINDS[type], awaited.door);
    const console = await awaited.arrival;
    logger.info('console connected', { instanceUuid, host, type, requestId: asked });
    return console;
  } catch (error) {
    // It may have come although nobody said so.
    void awaited.arrival.then(
      console => console.destroy(),
      () => undefined,
    );
    throw error;
  } finally {
    awaited.forget();
  }
};
