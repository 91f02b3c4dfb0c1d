import type { HostFilter } from '../host-candidate.js';

export const ramFilter: HostFilter = (host, spec) =>
  host.free.memoryMb >= spec.shape.memoryMb || `${host.free.memoryMb} MB free, ${spec.shape.memoryMb} MB wanted`;
