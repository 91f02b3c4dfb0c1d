export * from './admin/index.js';
export * from './cell-methods.js';
export * from './compute-methods.js';
export * from './decision.js';
export * from './envelope.js';
export * from './explanation.js';
export * from './method.js';
export * from './shapes.js';
