import { CloudError } from '#domain';
import type { NamedWeigher, Weigher } from './ranking.js';
import type { Filter, NamedFilter } from './sieve.js';

/** What an operator may configure; what is left out is as the tables say. */
export interface PolicyChoice {
  /** Names of the filters to ask, in this order. All of them when left out; some are asked first even when they are not named. */
  readonly filters?: readonly string[];
  /** Weigher to multiplier. Above 0 spreads, below 0 stacks, 0 leaves the weigher out. */
  readonly weights?: Readonly<Record<string, number>>;
}

export interface PolicyOptions extends PolicyChoice {
  /** Path of the cell that chooses: it stands in the trail. */
  readonly cell: string;
}

/**
 * @param always the filters that are asked whether they are named or not
 * @throws CloudError `invalid` naming the filter that does not exist.
 */
export const resolveFilters = <C>(
  table: Readonly<Record<string, Filter<C>>>,
  always: readonly string[],
  names: readonly string[] = Object.keys(table),
): NamedFilter<C>[] =>
  [...always.filter(name => !names.includes(name)), ...names].map(name => ({ name, passes: lookUp(table, name, 'filter') }));

/** All of a table, in its order: nobody chooses among them. */
export const allFilters = <C>(table: Readonly<Record<string, Filter<C>>>): NamedFilter<C>[] =>
  Object.entries(table).map(([name, passes]) => ({ name, passes }));

/** @throws CloudError `invalid` naming the weigher that does not exist, or whose multiplier is no number. */
export const resolveWeighers = <C>(
  table: Readonly<Record<string, Weigher<C>>>,
  weights: Readonly<Record<string, number>> = {},
): NamedWeigher<C>[] => {
  for (const [name, multiplier] of Object.entries(weights)) {
    lookUp(table, name, 'weigher');
    if (!Number.isFinite(multiplier)) throw new CloudError('invalid', `weights.${name}: ${multiplier} is not a number`);
  }
  return Object.entries(table)
    .map(([name, weigher]) => ({ ...weigher, name, multiplier: weights[name] ?? weigher.defaultMultiplier }))
    .filter(weigher => weigher.multiplier !== 0);
};

const lookUp = <T>(table: Readonly<Record<string, T>>, name: string, what: string): T => {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) throw new CloudError('invalid', `there is no ${what} '${name}': there are ${Object.keys(table).join(', ')}`);
  return found;
};
