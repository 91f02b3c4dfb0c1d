import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Health } from '#domain';
import { Gauge, jsonLogger, loadConfigOrExit, runService, watchProcess } from '#service-runtime';
import { ComputeModule } from './compute.module.js';
import { ComputeConfig } from './compute-config.js';
import { ComputeService } from './compute-service.js';

const config = loadConfigOrExit(ComputeConfig);
const logger = jsonLogger({ level: config.log.level, service: 'compute' });

await runService(
  'compute',
  async ({ clock, random, logger: log }) => {
    const app = await NestFactory.createApplicationContext(ComputeModule.forRoot(config, { clock, random, log }), { logger: false });
    const service = app.get(ComputeService);
    const health = new Health();
    health.watch(() => service.ailment());
    const watch = watchProcess(config.metrics, { service: 'compute', clock, logger: log });
    watch.metrics?.add(
      new Gauge({ name: 'canopy_host_reports', help: '1 while the hosts of this process can be heard by their cell.' }, () =>
        service.ailment() === undefined ? 1 : 0,
      ),
    );
    await watch.listen(health);
    return {
      stop: async () => {
        await watch.close();
        await app.close();
      },
    };
  },
  { logger },
);
