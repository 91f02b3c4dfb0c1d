export { describeCellStore, type StoresUnderTest } from './store/cell-store.contract.js';
export { MemoryCellStore, type MemoryStoreParts, type Moment } from './store/memory-cell-store.js';
export { MemoryDatabase } from './store/memory-database.js';
export * from './store/sample-rows.js';
