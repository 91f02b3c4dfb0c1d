import fc from 'fast-check';
import { nastyKey, nastyValue } from './nasty.js';

/** What is done to one place of a JSON value. */
type Change =
  | { readonly what: 'replace'; readonly value: unknown }
  | { readonly what: 'add'; readonly key: string; readonly value: unknown }
  | { readonly what: 'drop' | 'wrap' | 'repeat' };

/** `at` picks the place: its number among all places, counted around. */
type Mutation = Change & { readonly at: number };

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ what: fc.constant('replace' as const), value: nastyValue }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('add' as const), key: nastyKey, value: nastyValue }) },
  { weight: 3, arbitrary: fc.constantFrom<Change>({ what: 'drop' }, { what: 'wrap' }, { what: 'repeat' }) },
);

/** Valid values, and what up to three changes at any place make of them. */
export const mutated = (valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(valid, fc.array(fc.tuple(fc.nat({ max: 10_000 }), change), { maxLength: 3 }))
    .map(([value, changes]) => changes.reduce<unknown>((before, [at, how]) => apply(before, { ...how, at }), value));

const apply = (value: unknown, mutation: Mutation): unknown => {
  const places = placesOf(value);
  return changedAt(value, places[mutation.at % places.length]!, mutation);
};

type Path = readonly (string | number)[];

const placesOf = (value: unknown, path: Path = []): Path[] => {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Array.isArray(value) ? value.map((item, index) => [index, item] as const) : Object.entries(value);
  return [path, ...inner.slice(0, 50).flatMap(([key, item]) => placesOf(item, [...path, key]))];
};

const changedAt = (value: unknown, [key, ...rest]: Path, how: Change): unknown => {
  if (key === undefined) return changed(value, how);
  if (Array.isArray(value)) {
    if (rest.length === 0 && how.what === 'drop') return value.filter((_, index) => index !== key);
    if (rest.length === 0 && how.what === 'repeat') return [...value, ...value];
    return value.map((item, index) => (index === key ? changedAt(item, rest, how) : item));
  }
  const entries = Object.entries(value ?? {});
  if (rest.length === 0 && how.what === 'drop') return Object.fromEntries(entries.filter(([name]) => name !== key));
  return Object.fromEntries(entries.map(([name, item]) => [name, name === key ? changedAt(item, rest, how) : item]));
};

const changed = (value: unknown, how: Change): unknown => {
  switch (how.what) {
    case 'replace':
      return how.value;
    case 'add':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? { ...value, [how.key]: how.value }
        : { [how.key]: value };
    case 'drop':
      return undefined;
    case 'wrap':
      return [value];
    case 'repeat':
      return [value, value];
  }
};
