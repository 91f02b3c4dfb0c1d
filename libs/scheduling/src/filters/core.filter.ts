import type { HostFilter } from '../host-candidate.js';

export const coreFilter: HostFilter = (host, spec) =>
  host.free.vcpus >= spec.shape.vcpus || `${host.free.vcpus} vCPUs free, ${spec.shape.vcpus} wanted`;
