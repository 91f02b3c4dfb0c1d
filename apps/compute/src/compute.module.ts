import { type DynamicModule, Module } from '@nestjs/common';
import { ComputeAgent } from '#compute-agent';
import { type Clock, CloudError, type Logger, type Random } from '#domain';
import { type BrokerLink, BrokerModule, linkToken } from '#messaging';
import { type ComputeConfig, hostsOf } from './compute-config.js';
import { ComputeService } from './compute-service.js';
import { ConsoleTunnels } from './console-tunnels.js';
import { ImageCache } from './images/image-cache.js';
import { imageServiceByHttp } from './images/image-service.js';
import { makeDriver } from './make-driver.js';
import { fetchFile } from './transfer/fetch-file.js';
import { FileDoor } from './transfer/file-door.js';
import { linkKey } from './transfer/file-link.js';

export interface ComputeSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** The compute service of one host, or, with the fake driver, of many: their agents, and the link to their cell's broker. */
@Module({})
export class ComputeModule {
  static forRoot(config: ComputeConfig, { clock, random, log }: ComputeSurroundings): DynamicModule {
    const images = new ImageCache(config.imageCache, clock, log);
    const hosts = hostsOf(config);
    const { transfer } = config;
    const door =
      transfer &&
      new FileDoor(transfer, {
        key: linkKey(config.broker.url),
        clock,
        log,
        read: async ({ host, instanceUuid, name }) => {
          const moves = agents.find(agent => agent.host === host)?.driver.moves;
          if (!moves) throw new CloudError('notFound', `host ${host} has no files here`);
          return moves.readAside(instanceUuid, name);
        },
      });
    const agents: ComputeAgent[] = hosts.map(host => {
      const hostLog = log.child({ host: host.name });
      return new ComputeAgent({
        host: host.name,
        zone: host.zone,
        driver: makeDriver(host, { clock, random, log: hostLog }),
        images,
        imageService: imageServiceByHttp(hostLog),
        files: { urlOf: (...file) => door?.urlOf(...file) ?? null, fetch: fetchFile },
        consoles: new ConsoleTunnels(),
        clock,
        log: hostLog,
        concurrency: host.concurrency,
        shutdownSeconds: config.shutdownSeconds,
      });
    });
    const played = new Set(hosts.filter(host => host.driver.kind === 'fake').map(host => host.name));
    const { cell, heartbeatSeconds } = config;
    return {
      module: ComputeModule,
      imports: [BrokerModule.forRoot({ own: config.broker }, log)],
      providers: [
        {
          provide: ComputeService,
          inject: [linkToken('own')],
          useFactory: (link: BrokerLink) => new ComputeService({ cell, agents, played, door, link, heartbeatSeconds, clock, random, log }),
        },
      ],
    };
  }
}
