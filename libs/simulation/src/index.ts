export { loadFrom } from './store/load-memory.js';
export { MemoryCellStore, type MemoryStoreParts, type Moment } from './store/memory-cell-store.js';
export { MemoryDatabase } from './store/memory-database.js';
export * from './store/sample-rows.js';
export { saveTo } from './store/save-memory.js';
export { CALM, type Weather } from './world/chance.js';
export { World, type WorldOptions } from './world/world.js';
