export { networkRules } from './network-rules.js';
export { startNetworkApi } from './start-network-api.js';
