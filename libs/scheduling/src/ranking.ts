import type { RequestSpec } from './request-spec.js';
import { seededRandom } from './seeded-random.js';

export interface Weigher<C> {
  /** The higher, the better; its multiplier turns it round. */
  readonly weigh: (candidate: C, spec: RequestSpec) => number;
  /**
   * relative: stretched to 0..1 over the candidates of this one decision, so that megabytes and cores can be added.
   * absolute: taken as it is, so that an operator's number means what it says whatever the others weigh.
   */
  readonly scale: 'relative' | 'absolute';
  readonly defaultMultiplier: number;
}

export interface NamedWeigher<C> extends Weigher<C> {
  readonly name: string;
  readonly multiplier: number;
}

/** The `wanted` best candidates, best first; equals are ordered by chance, seeded with the instance's uuid. */
export const rank = <C>(candidates: readonly C[], spec: RequestSpec, weighers: readonly NamedWeigher<C>[], wanted: number): C[] => {
  if (candidates.length > weights.length) makeRoomFor(candidates.length);
  weights.fill(0, 0, candidates.length);
  for (const weigher of weighers) addWeights(candidates, spec, weigher);
  return bestOf(candidates, wanted, seededRandom(spec.instanceUuid));
};

/*
 * Scratch space, kept between decisions: typed arrays are dear to allocate, and a burst of builds ranks hundreds of times a second.
 * It holds nothing from one call to the next, and a call is never interrupted.
 */
let weights = new Float64Array(64);
let raw = new Float64Array(64);
let lots = new Float64Array(64);

const makeRoomFor = (count: number): void => {
  weights = new Float64Array(2 * count);
  raw = new Float64Array(2 * count);
  lots = new Float64Array(2 * count);
};

const addWeights = <C>(candidates: readonly C[], spec: RequestSpec, weigher: NamedWeigher<C>): void => {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < candidates.length; i++) {
    const weight = weigher.weigh(candidates[i]!, spec);
    raw[i] = weight;
    if (weight < least) least = weight;
    if (weight > most) most = weight;
  }
  const relative = weigher.scale === 'relative';
  if (relative && most === least) return;
  const offset = relative ? least : 0;
  const factor = weigher.multiplier / (relative ? most - least : 1);
  for (let i = 0; i < candidates.length; i++) weights[i]! += (raw[i]! - offset) * factor;
};

/** By insertion: `wanted` is a handful. */
const bestOf = <C>(candidates: readonly C[], wanted: number, random: () => number): C[] => {
  const best: number[] = [];
  for (let i = 0; i < candidates.length; i++) {
    lots[i] = random();
    let place = best.length;
    while (place > 0 && beats(i, best[place - 1]!)) place--;
    if (place >= wanted) continue;
    if (best.length < wanted) best.push(i);
    best.copyWithin(place + 1, place);
    best[place] = i;
  }
  return best.map(index => candidates[index]!);
};

const beats = (a: number, b: number): boolean => weights[a]! > weights[b]! || (weights[a]! === weights[b]! && lots[a]! > lots[b]!);
