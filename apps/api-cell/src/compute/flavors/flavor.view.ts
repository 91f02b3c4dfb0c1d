import { fieldsOf, view } from '#microversion';
import type { Links } from '../api/index.js';
import type { FlavorRecord } from './flavors.repository.js';

const { always, since, until } = fieldsOf<FlavorRecord, Links>();

const core = {
  id: always(f => f.flavorId),
  name: always(f => f.name),
  links: always((f, links) => links.of('flavors', f.flavorId)),
  description: since('2.55', f => f.description),
} as const;

/** One flavor of `GET /flavors`. */
export const flavorSummary = view<FlavorRecord, Links>(core);

export const flavorDetail = view<FlavorRecord, Links>({
  ...core,
  ram: always(f => f.memoryMb),
  disk: always(f => f.rootGb),
  swap: [until('2.74', f => (f.swapMb === 0 ? '' : f.swapMb)), since('2.75', f => f.swapMb)],
  vcpus: always(f => f.vcpus),
  'OS-FLV-EXT-DATA:ephemeral': always(f => f.ephemeralGb),
  'OS-FLV-DISABLED:disabled': always(f => f.disabled),
  'os-flavor-access:is_public': always(f => f.isPublic),
  rxtx_factor: always(f => f.rxtxFactor),
  extra_specs: since('2.61', f => f.extraSpecs),
});
