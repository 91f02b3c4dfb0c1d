export * from './families.js';
export * from './metrics.js';
export * from './metrics-listener.js';
export * from './process-metrics.js';
export * from './watch-process.js';
