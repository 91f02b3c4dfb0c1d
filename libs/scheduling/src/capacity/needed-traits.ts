import { type TraitWishes, traitsWanted } from '../filters/traits.filter.js';

/** A text as long as this is kept of a reservation; of one that is longer nothing is, and then it may land anywhere. */
const LONGEST = 1000;

/**
 * What a guest asks of traits, as text that is equal for equal wishes: a JSON list of `+NAME` (required) and `-NAME` (forbidden), sorted.
 * Empty when it asks for none.
 */
export const neededTraits = (wishes: TraitWishes): string => {
  const marks = new Set(traitsWanted(wishes).map(({ name, required }) => `${required ? '+' : '-'}${name}`));
  const text = marks.size === 0 ? '' : JSON.stringify([...marks].sort());
  return text.length > LONGEST ? '' : text;
};

/** Whether hosts with these traits are what the text asks for. */
export const haveNeeded = (traits: readonly string[], needed: string): boolean =>
  needed === '' || marksOf(needed).every(mark => traits.includes(mark.slice(1)) === mark.startsWith('+'));

/* Few texts are ever in use at once, and each is read for every pool. */
const parsed = new Map<string, readonly string[]>();
const MOST_PARSED = 1000;

const marksOf = (needed: string): readonly string[] => {
  let marks = parsed.get(needed);
  if (!marks) {
    marks = JSON.parse(needed) as string[];
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(needed, marks);
  }
  return marks;
};
