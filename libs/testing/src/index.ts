export * from './free-port.js';
export * from './manual-clock.js';
export * from './seeded-random.js';
export * from './spawn-service.js';
export * from './test-database.js';
export * from './test-environment.js';
export * from './test-vhost.js';
export * from './until.js';
