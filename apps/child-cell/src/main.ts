import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { startAdminListener } from '#cell-admin';
import { CellMetrics, CellService, CellServiceModule } from '#cell-service';
import { cellDataSource, childCellEntities, childCellMigrations, openDatabase } from '#database';
import { Health } from '#domain';
import { jsonLogger, loadConfigOrExit, runService, watchProcess } from '#service-runtime';
import { childCellConfig } from './child-cell.config.js';

/** One process of a cell below the root, inner or leaf. */
const config = loadConfigOrExit(childCellConfig);
const logger = jsonLogger({ level: config.log.level, service: 'child-cell' });

await runService(
  'child-cell',
  async ({ clock, random, logger: log }) => {
    const dataSource = cellDataSource({ ...config.database, entities: [...childCellEntities], migrations: childCellMigrations });
    await openDatabase(dataSource);
    const watch = watchProcess(config.metrics, { service: 'child-cell', clock, logger: log });
    const meter = watch.metrics && new CellMetrics(watch.metrics);
    const module = CellServiceModule.forRoot({
      path: config.cell,
      children: config.children.map(child => child.name),
      tables: { children: config.children.length > 0, hosts: true, top: false },
      dataSource,
      brokers: { own: config.broker, parent: config.parent.broker },
      clock,
      random,
      log,
      meter,
      timings: config.timings,
      shelvedOffloadSeconds: config.shelvedOffloadSeconds,
      moves: config.moves,
      scheduler: config.scheduler,
    });
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    await app.init();
    const service = app.get(CellService);
    const door = service.node.admin;
    const admin = config.admin && (await startAdminListener({ ...config.admin, door, clock, log }));
    meter?.watch(service, clock);
    const health = new Health();
    health.watch(() => service.ailment());
    health.watch(() => (service.node.hears().own ? undefined : "the cell's broker cannot be used"));
    await watch.listen(health);
    return {
      stop: async () => {
        await watch.close();
        await admin?.close();
        await app.close();
        await dataSource.destroy();
      },
    };
  },
  { logger },
);
