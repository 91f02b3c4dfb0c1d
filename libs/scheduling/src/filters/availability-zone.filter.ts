import type { HostFilter } from '../host-candidate.js';

export const availabilityZoneFilter: HostFilter = (host, spec) =>
  spec.zone === null || host.zone === spec.zone || `in ${host.zone}, not ${spec.zone}`;
