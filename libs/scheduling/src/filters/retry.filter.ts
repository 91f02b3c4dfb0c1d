import type { HostFilter } from '../host-candidate.js';

/** A host that has failed this instance is not asked again. */
export const retryFilter: HostFilter = (host, spec) => !spec.tried.has(host.host) || 'has already failed this instance';
