import type { HostFilter } from '../host-candidate.js';

export const ramFilter: HostFilter = (host, spec) =>
  host.free.memoryMb >= spec.shape.memoryMb || { of: 'memoryMb', has: host.free.memoryMb, needs: spec.shape.memoryMb };
