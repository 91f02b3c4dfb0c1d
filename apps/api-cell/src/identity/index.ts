export * from './identity-api.module.js';
export * from './start-identity-api.js';
