export * from './api-context.js';
export * from './authenticator.js';
export * from './create-http-app.js';
export * from './fault.filter.js';
export * from './fault.js';
export * from './http-status.js';
export * from './keystone-fault.js';
export * from './parse.js';
