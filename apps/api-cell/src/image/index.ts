export * from './image-api.module.js';
export * from './start-image-api.js';
