import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { startAdminListener } from '#cell-admin';
import { CellService, CellServiceModule } from '#cell-service';
import { cellDataSource, childCellEntities, childCellMigrations, openDatabase } from '#database';
import { jsonLogger, loadConfigOrExit, runService } from '#service-runtime';
import { childCellConfig } from './child-cell.config.js';

/** One process of a cell below the root, inner or leaf. */
const config = loadConfigOrExit(childCellConfig);
const logger = jsonLogger({ level: config.log.level, service: 'child-cell' });

await runService(
  'child-cell',
  async ({ clock, random, logger: log }) => {
    const dataSource = cellDataSource({ ...config.database, entities: [...childCellEntities], migrations: childCellMigrations });
    await openDatabase(dataSource);
    const module = CellServiceModule.forRoot({
      path: config.cell,
      children: config.children.map(child => child.name),
      tables: { children: config.children.length > 0, hosts: true, top: false },
      dataSource,
      brokers: { own: config.broker, parent: config.parent.broker },
      clock,
      random,
      log,
      timings: config.timings,
      shelvedOffloadSeconds: config.shelvedOffloadSeconds,
      moves: config.moves,
      scheduler: config.scheduler,
    });
    const app = await NestFactory.createApplicationContext(module, { logger: false });
    await app.init();
    const door = app.get(CellService).node.admin;
    const admin = config.admin && (await startAdminListener({ ...config.admin, door, clock, log }));
    return {
      stop: async () => {
        await admin?.close();
        await app.close();
        await dataSource.destroy();
      },
    };
  },
  { logger },
);
