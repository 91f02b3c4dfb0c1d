import { imagePropertiesFilter } from './filters/image-properties.filter.js';
import { traitsFilter } from './filters/traits.filter.js';
import type { HostKind } from './host-candidate.js';
import type { HostPolicy } from './pick-host.js';
import { reasonOf } from './verdict.js';

/** The filters that look at what an image asks for. */
const OF_IMAGES = { TraitsFilter: traitsFilter, ImagePropertiesFilter: imagePropertiesFilter };

/**
 * Why a server must not be made of an image on the host that it keeps: by those filters, as far as the cell's policy has them. Undefined
 * when it may.
 */
export const whyNotOfImage = (
  kind: HostKind,
  imageProperties: Readonly<Record<string, string>>,
  { filters }: Pick<HostPolicy, 'filters'>,
): string | undefined => {
  const asked = new Set(filters.map(({ name }) => name));
  for (const [name, passes] of Object.entries(OF_IMAGES)) {
    const verdict = asked.has(name) ? passes(kind, { extraSpecs: {}, imageProperties }) : true;
    if (verdict !== true) return reasonOf(verdict);
  }
  return undefined;
};
