import type { HostFilter } from '../host-candidate.js';

/** The hint `same_host`: a host that has one of the servers it names. */
export const sameHostFilter: HostFilter = (host, { near }) =>
  near.with === null || near.with.has(host.host) || 'has none of the servers of the hint same_host';
