export * from './serve-docs.js';
