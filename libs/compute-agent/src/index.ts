export * from './agent-event.js';
export * from './compute-agent.js';
export * from './guest-queries.js';
export * from './host-messages.js';
export * from './host-ports.js';
