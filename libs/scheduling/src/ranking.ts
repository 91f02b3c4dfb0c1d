import type { RankedCandidate, WeigherUsed } from '#contracts';
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
  /** Requests that it has an opinion on; all of them when left out. Of the others it is not asked. */
  readonly onlyFor?: (spec: RequestSpec) => boolean;
}

export interface NamedWeigher<C> extends Weigher<C> {
  readonly name: string;
  readonly multiplier: number;
}

/** Of so many of the best it is kept how they were weighed. */
const RANKED_KEPT = 20;

export interface Ranking<C> {
  /** The best candidates, best first; equals are ordered by chance, seeded with the instance's uuid. */
  readonly best: readonly C[];
  readonly weighers: WeigherUsed[];
  /** Of the best 20, the name and what each of `weighers` gave. */
  readonly ranked: RankedCandidate[];
}

/** Orders the `wanted` best candidates, and 20 at least for whoever asks why. */
export const rank = <C>(
  candidates: readonly C[],
  spec: RequestSpec,
  named: readonly NamedWeigher<C>[],
  { wanted, nameOf }: { wanted: number; nameOf: (candidate: C) => string },
): Ranking<C> => {
  const count = candidates.length;
  if (count === 0) return { best: [], weighers: [], ranked: [] };
  const weighers = named.filter(({ onlyFor }) => !onlyFor || onlyFor(spec));
  makeRoomFor(count, weighers.length);
  weights.fill(0, 0, count);
  const used = weighers.map((weigher, w) => addWeights(candidates, spec, weigher, w * count));
  const found = orderBest(count, Math.min(count, Math.max(wanted, RANKED_KEPT)), seededRandom(spec.instanceUuid));
  const best: C[] = [];
  const ranked: RankedCandidate[] = [];
  for (let place = 0; place < found; place++) {
    const index = order[place]!;
    const candidate = candidates[index]!;
    if (place < wanted) best.push(candidate);
    if (place >= RANKED_KEPT) continue;
    const line: RankedCandidate = [nameOf(candidate)];
    for (let w = 0; w < weighers.length; w++) line.push(raw[w * count + index]!);
    ranked.push(line);
  }
  return { best, weighers: used, ranked };
};

/*
 * Scratch space, kept between decisions: typed arrays are dear to allocate, and a burst of builds ranks hundreds of times a second.
 * It holds nothing from one call to the next, and a call is never interrupted.
 */
let weights = new Float64Array(64);
let lots = new Float64Array(64);
/** The raw weights of all candidates by the first weigher, then by the next. */
let raw = new Float64Array(256);
/** Indexes of the best, best first. */
let order = new Int32Array(64);

const makeRoomFor = (candidates: number, weighers: number): void => {
  if (candidates > weights.length) {
    weights = new Float64Array(2 * candidates);
    lots = new Float64Array(2 * candidates);
    order = new Int32Array(2 * candidates);
  }
  if (candidates * weighers > raw.length) raw = new Float64Array(2 * candidates * weighers);
};

const addWeights = <C>(candidates: readonly C[], spec: RequestSpec, weigher: NamedWeigher<C>, start: number): WeigherUsed => {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < candidates.length; i++) {
    const weight = weigher.weigh(candidates[i]!, spec);
    raw[start + i] = weight;
    if (weight < least) least = weight;
    if (weight > most) most = weight;
  }
  const { name, multiplier } = weigher;
  const relative = weigher.scale === 'relative';
  const used: WeigherUsed = relative ? { name, multiplier, least, most } : { name, multiplier, absolute: true, least, most };
  if (relative && most === least) return used;
  const offset = relative ? least : 0;
  const factor = multiplier / (relative ? most - least : 1);
  for (let i = 0; i < candidates.length; i++) weights[i]! += (raw[start + i]! - offset) * factor;
  return used;
};

/** Fills `order`, by insertion: `wanted` is a handful. */
const orderBest = (count: number, wanted: number, random: () => number): number => {
  let found = 0;
  for (let i = 0; i < count; i++) {
    lots[i] = random();
    if (found === wanted && !beats(i, order[found - 1]!)) continue;
    let place = found < wanted ? found++ : found - 1;
    for (; place > 0 && beats(i, order[place - 1]!); place--) order[place] = order[place - 1]!;
    order[place] = i;
  }
  return found;
};

const beats = (a: number, b: number): boolean => weights[a]! > weights[b]! || (weights[a]! === weights[b]! && lots[a]! > lots[b]!);
