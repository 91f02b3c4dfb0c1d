import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { jsonLogger, loadConfigOrExit, runService } from '#service-runtime';
import { ComputeModule } from './compute.module.js';
import { ComputeConfig } from './compute-config.js';

const config = loadConfigOrExit(ComputeConfig);
const logger = jsonLogger({ level: config.log.level, service: 'compute' });

await runService(
  'compute',
  async ({ clock, random, logger: log }) => {
    const app = await NestFactory.createApplicationContext(ComputeModule.forRoot(config, { clock, random, log }), { logger: false });
    return { stop: () => app.close() };
  },
  { logger },
);
