import type { HostFilter } from '../host-candidate.js';

export const diskFilter: HostFilter = (host, spec) =>
  host.free.diskGb >= spec.shape.diskGb || { of: 'diskGb', has: host.free.diskGb, needs: spec.shape.diskGb };
