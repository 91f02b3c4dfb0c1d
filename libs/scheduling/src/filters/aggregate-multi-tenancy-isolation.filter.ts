import type { HostFilter } from '../host-candidate.js';

const TENANTS = 'filter_tenant_id';

/** Hosts of an aggregate with `filter_tenant_id` (or one that begins so) are for the projects that it names, separated by commas. */
export const aggregateMultiTenancyIsolationFilter: HostFilter = (host, { projectId }) => {
  if (host.aggregates.length === 0) return true;
  const allowed = host.aggregates.flatMap(metadata =>
    Object.keys(metadata)
      .filter(key => key.startsWith(TENANTS))
      .flatMap(key => listed(metadata[key]!)),
  );
  return allowed.length === 0 || allowed.includes(projectId) || 'its aggregate is for other projects';
};

const listed = (text: string): string[] => text.split(',').map(name => name.trim());
