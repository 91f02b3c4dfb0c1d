import type { HostFilter } from '../host-candidate.js';
import { matchesExtraSpec } from './extra-spec-operators.js';

const SCOPE = 'aggregate_instance_extra_specs:';

/**
 * The flavor's `aggregate_instance_extra_specs:KEY` must match the metadata of the host's aggregates: one of them has the key with a
 * value that suits. Keys without a scope, which Nova's filter reads too, are left to whoever else they are for.
 */
export const aggregateInstanceExtraSpecsFilter: HostFilter = (host, { extraSpecs }) => {
  for (const name in extraSpecs) {
    if (!name.startsWith(SCOPE)) continue;
    const key = name.slice(SCOPE.length);
    const wish = extraSpecs[name]!;
    const values = host.aggregates.flatMap(metadata => metadata[key]?.split(',') ?? []);
    if (values.some(value => matchesExtraSpec(value.trim(), wish))) continue;
    return values.length === 0 ? `none of its aggregates has ${key}` : `${key} is ${values.join(', ')}, the flavor needs ${wish}`;
  }
  return true;
};
