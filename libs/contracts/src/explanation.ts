import { z } from 'zod';
import { Numbers, SHORT_OF } from './decision.js';

const count = z.number().int().nonnegative();

const Verdict = z.object({ filter: z.string(), passed: z.boolean(), reason: z.string().nullable(), numbers: Numbers.optional() });

/** `weight` is `normalised` times `multiplier`; `normalised` is `raw` stretched to 0..1 over those that passed, or `raw` itself. */
const Weight = z.object({
  weigher: z.string(),
  raw: z.number(),
  normalised: z.number(),
  multiplier: z.number(),
  weight: z.number(),
});

const ExplainedCandidate = z.object({
  name: z.string(),
  /** In the order of asking. A filter that is missing here was not asked: the candidate was out before. */
  verdicts: z.array(Verdict),
  /** Of one that passed every filter. */
  weights: z.array(Weight),
  /** The sum of `weights`; null for one that fell. */
  weight: z.number().nullable(),
  chosen: z.boolean(),
});
export type ExplainedCandidate = z.infer<typeof ExplainedCandidate>;

/** Of those that fell, the one that lacks least. */
const NearestMiss = z.object({
  name: z.string(),
  /** What it lacks, in each unit; empty when it is not a matter of room. */
  needs: z.partialRecord(z.enum(SHORT_OF), z.number()),
  /** As in "needs 2048 MB more on h17". */
  text: z.string(),
});
export type NearestMiss = z.infer<typeof NearestMiss>;

/** One choice of one cell, told in full. */
export const ExplainedChoice = z.object({
  /** Path of the cell that chose. */
  cell: z.string(),
  among: z.enum(['hosts', 'cells']),
  /** ms since 1970. */
  at: z.number().int(),
  /** How many there were, and how many passed; `candidates` spells out the 20 best and 20 of those that fell. */
  considered: count,
  passed: count,
  filters: z.array(z.object({ filter: z.string(), left: count })),
  candidates: z.array(ExplainedCandidate),
  chosen: z.string().nullable(),
  /** Equals are ordered by chance that is seeded with this: the same snapshot gives the same choice again. */
  tieBreakSeed: z.string(),
  /** Told where nothing passed, and in a dry run. */
  nearestMiss: NearestMiss.nullable(),
});
export type ExplainedChoice = z.infer<typeof ExplainedChoice>;
