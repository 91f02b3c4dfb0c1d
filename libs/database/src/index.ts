export * from './api/index.js';
export * from './cell/cell.entities.js';
export { isDatabaseAway, isUnknownName } from './cell/conflict.js';
export { SqlCellStore } from './cell/sql-cell-store.js';
export type { CellTables } from './cell/tables.js';
export { COUNTED_SERVERS, USED_BY_SERVERS } from './cell/used-by-servers.js';
export { cellDataSource, type DatabaseOptions, inTurn, openDatabase } from './data-source.js';
export { apiMigrations, childCellMigrations } from './migrations/index.js';
