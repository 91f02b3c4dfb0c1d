import type { HostFilter } from '../host-candidate.js';

export const coreFilter: HostFilter = (host, spec) =>
  host.free.vcpus >= spec.shape.vcpus || { of: 'vcpus', has: host.free.vcpus, needs: spec.shape.vcpus };
