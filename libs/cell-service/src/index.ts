export { type OwnBroker, ownBroker } from './broker.config.js';
export { CellMetrics } from './cell-metrics.js';
export { CellNode, type CellNodeParts } from './cell-node.js';
export { CellService, CellServiceModule, type CellServiceOptions } from './cell-service.module.js';
export { cellScheduler, rootScheduler } from './scheduler.config.js';
export { Tasks } from './tasks.js';
