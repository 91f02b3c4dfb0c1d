import { Decision, type RankedCandidate, type WeigherUsed } from '#contracts';

/**
 * A decision as it is stored: half as long as JSON with its names, and nearly without quotes, which the driver escapes one by one. Each
 * placement writes one in every cell on its way.
 */
export const decisionToText = (decision: Decision): string =>
  JSON.stringify([
    FORMAT,
    decision.among,
    decision.candidates,
    decision.passed,
    decision.filters.join(' '),
    decision.left.join(' '),
    decision.misses,
    decision.complete ? 1 : 0,
    decision.weighers.map(weigherToText).join('|'),
    rankedToText(decision.ranked),
    decision.chosen,
  ]);

const FORMAT = 1;

type Stored = readonly [
  format: number,
  among: string,
  candidates: number,
  passed: number,
  filters: string,
  left: string,
  misses: unknown[],
  complete: number,
  weighers: string,
  ranked: string | unknown[],
  chosen: string | null,
];

/** @throws ZodError for what no decision is. */
export const decisionFromText = (text: string): Decision => {
  const [, among, candidates, passed, filters, left, misses, complete, weighers, ranked, chosen] = JSON.parse(text) as Stored;
  return Decision.parse({
    among,
    candidates,
    passed,
    filters: parts(filters, ' '),
    left: parts(left, ' ').map(Number),
    misses,
    complete: complete === 1,
    weighers: parts(weighers, '|').map(weigherFromText),
    ranked: typeof ranked === 'string' ? parts(ranked, '|').map(rankedFromText) : ranked,
    chosen,
  });
};

const weigherToText = ({ name, multiplier, absolute, least, most }: WeigherUsed): string =>
  `${name} ${multiplier} ${least} ${most}${absolute ? ' absolute' : ''}`;

const weigherFromText = (text: string): WeigherUsed => {
  const [name = '', multiplier, least, most, absolute] = text.split(' ');
  return { name, multiplier: Number(multiplier), ...(absolute && { absolute: true }), least: Number(least), most: Number(most) };
};

/** A name that holds what separates names is stored as it is. */
const rankedToText = (ranked: readonly RankedCandidate[]): string | readonly RankedCandidate[] =>
  ranked.some(([name]) => /^$|[ |]/.test(name)) ? ranked : ranked.map(line => line.join(' ')).join('|');

const rankedFromText = (text: string): RankedCandidate => {
  const [name = '', ...raw] = text.split(' ');
  return [name, ...raw.map(Number)];
};

const parts = (text: string, separator: string): string[] => (text === '' ? [] : text.split(separator));
