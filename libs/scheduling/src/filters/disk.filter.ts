import type { HostFilter } from '../host-candidate.js';

export const diskFilter: HostFilter = (host, spec) =>
  host.free.diskGb >= spec.shape.diskGb || `${host.free.diskGb} GB free, ${spec.shape.diskGb} GB wanted`;
