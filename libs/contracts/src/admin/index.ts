export * from './admin-operations.js';
export * from './cells.operations.js';
export * from './explain.operations.js';
export * from './hosts.operations.js';
export * from './joining.operations.js';
export * from './messages.operations.js';
export type { AdminOperation } from './operation.js';
