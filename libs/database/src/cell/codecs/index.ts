export * from './child-codec.js';
export * from './host-codec.js';
export * from './instance-codec.js';
export * from './json-codecs.js';
export * from './raw.js';
