import 'reflect-metadata';
import cluster from 'node:cluster';
import { jsonLogger, loadConfigOrExit, runService } from '#service-runtime';
import { apiCellConfig } from './api-cell.config.js';
import { startWorker } from './start-worker.js';
import { superviseWorkers, workerNumber } from './workers.js';

/**
 * The root of the tree. The first process listens and hands connections to its workers, each of which serves every API and does its
 * share of the cell's work.
 */
const config = loadConfigOrExit(apiCellConfig);
const logger = jsonLogger({ level: config.log.level, service: cluster.isPrimary ? 'api-cell' : 'api-cell-worker' });

if (cluster.isPrimary) await runService('api-cell', runtime => superviseWorkers(config.workers, runtime), { logger });
else await runService('api-cell worker', runtime => startWorker(config, runtime, { number: workerNumber() }), { logger });
