export * from './config.js';
export * from './endpoints.config.js';
export * from './json-logger.js';
export * from './run-service.js';
export * from './system-clock.js';
export * from './system-random.js';
export * from './tls.config.js';
export * from './wait-until.js';
