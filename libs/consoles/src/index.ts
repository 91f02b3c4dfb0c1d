export * from './console-proxy.js';
export * from './dial-door.js';
export * from './host-door.js';
export * from './join-streams.js';
