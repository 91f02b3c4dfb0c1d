import type { HostKind } from '../host-candidate.js';
import type { RequestSpec } from '../request-spec.js';
import type { Verdict } from '../verdict.js';

export type TraitWishes = Pick<RequestSpec, 'extraSpecs' | 'imageProperties'>;

/** The `trait:NAME` = `required` or `forbidden` of flavor and image: in Nova placement asks for them, whatever filters an operator chose. */
export const traitsFilter = ({ traits }: Pick<HostKind, 'traits'>, wishes: TraitWishes): Verdict => {
  for (const { name, required } of traitsWanted(wishes)) {
    if (traits.includes(name) === required) continue;
    return required ? `lacks trait ${name}` : `has trait ${name}, which is forbidden`;
  }
  return true;
};

export interface WantedTrait {
  readonly name: string;
  /** Otherwise it is forbidden. */
  readonly required: boolean;
}

const TRAIT = 'trait:';

/** The flavor's first, then the image's. */
export const traitsWanted = ({ extraSpecs, imageProperties }: TraitWishes): WantedTrait[] => {
  const wanted: WantedTrait[] = [];
  for (const wishes of [extraSpecs, imageProperties]) {
    for (const key in wishes) {
      const wish = wishes[key];
      if (key.startsWith(TRAIT) && (wish === 'required' || wish === 'forbidden'))
        wanted.push({ name: key.slice(TRAIT.length), required: wish === 'required' });
    }
  }
  return wanted;
};
