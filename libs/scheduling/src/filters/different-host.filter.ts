import type { HostFilter } from '../host-candidate.js';

/** The hint `different_host`: a host that has none of the servers it names. */
export const differentHostFilter: HostFilter = (host, { near }) =>
  !near.without.has(host.host) || 'has a server of the hint different_host';
