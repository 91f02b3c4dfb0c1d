export * from './act-on-guest.js';
export * from './config-drive.js';
export * from './driver.js';
export * from './fake.config.js';
export * from './fake.driver.js';
export type { GuestActionHelp } from './guest-action-help.js';
export * from './guest-network.js';
export * from './move-guest.js';
