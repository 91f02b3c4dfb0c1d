import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { BrokerLink, BrokerModule, linkToken } from '#messaging';
import { jsonLogger, loadConfigOrExit, runService } from '#service-runtime';
import { ComputeAgent } from './compute-agent.js';
import { ComputeConfig, hostsOf } from './compute-config.js';
import { ComputeService } from './compute-service.js';
import { ImageCache } from './images/image-cache.js';
import { makeDriver } from './make-driver.js';

class ComputeModule {}

/** The compute service of one host, or, with the fake driver, of many. */
const config = loadConfigOrExit(ComputeConfig);
const logger = jsonLogger({ level: config.log.level, service: 'compute' });

await runService(
  'compute',
  async ({ clock, random, logger: log }) => {
    const images = new ImageCache(config.imageCache, clock, log);
    const { shutdownSeconds, cell, heartbeatSeconds } = config;
    const hosts = hostsOf(config);
    const played = new Set(hosts.filter(host => host.driver.kind === 'fake').map(host => host.name));
    const agents = hosts.map(host => {
      const hostLog = log.child({ host: host.name });
      const driver = makeDriver(host, { clock, random, log: hostLog });
      return new ComputeAgent({
        host: host.name,
        zone: host.zone,
        driver,
        images,
        clock,
        log: hostLog,
        concurrency: host.concurrency,
        shutdownSeconds,
      });
    });
    const module = {
      module: ComputeModule,
      imports: [BrokerModule.forRoot({ own: config.broker.url }, log)],
      providers: [
        {
          provide: ComputeService,
          inject: [linkToken('own')],
          useFactory: (link: BrokerLink) => new ComputeService({ cell, agents, played, link, heartbeatSeconds, clock, random, log }),
        },
      ],
    };
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    return { stop: () => app.close() };
  },
  { logger },
);
