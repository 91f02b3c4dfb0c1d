export * from './api-version.js';
export * from './behaviours.js';
export * from './microversions.js';
export * from './negotiate.js';
export * from './raw-json.js';
export * from './request-schema.js';
export * from './view.js';
