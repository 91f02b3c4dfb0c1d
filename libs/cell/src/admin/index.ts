export type { AdminContext, AdminHandlers, AdminHandlersOf, Operator } from './admin-context.js';
export { type AdminParts, adminHandlers, type BrokerAddress, type BrokerQueues, type CellFacts } from './admin-handlers.js';
export { type AdminDoor, type AdminOrder, CellAdmin } from './cell-admin.js';
