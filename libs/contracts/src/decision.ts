import { z } from 'zod';

const count = z.number().int().nonnegative();

/** What there is too little of, in what unit. */
const SHORT_OF = ['vcpus', 'memoryMb', 'diskGb', 'servers'] as const;

/** A filter's answer in numbers: what the candidate has, which may be below nothing when it was given too much, and what is needed. */
export const Numbers = z.object({ of: z.enum(SHORT_OF), has: z.number(), needs: z.number() });
export type Numbers = z.infer<typeof Numbers>;

/** Why a filter did not let a candidate pass. */
export const Refusal = z.object({ filter: z.string(), reason: z.string(), numbers: Numbers.optional() });
export type Refusal = z.infer<typeof Refusal>;

/** A candidate that fell, with the filters that refused it. */
export const Miss = z.object({ name: z.string(), refusals: z.array(Refusal) });
export type Miss = z.infer<typeof Miss>;

/** A weigher of one choice. `least` and `most` are its raw weights among those that passed; absolute weights are not stretched over them. */
export const WeigherUsed = z.object({
  name: z.string(),
  multiplier: z.number(),
  absolute: z.boolean().optional(),
  least: z.number(),
  most: z.number(),
});
export type WeigherUsed = z.infer<typeof WeigherUsed>;

/** Name, and the raw weights in the order of the decision's weighers. */
const RankedCandidate = z.tuple([z.string()]).rest(z.number());
export type RankedCandidate = z.infer<typeof RankedCandidate>;

/** How an administrator asked for the hosts: they pass the filters like any other, or only those that no operator can leave out. */
export const HostsAsked = z.enum(['named', 'forced']);
export type HostsAsked = z.infer<typeof HostsAsked>;

/**
 * What one choice among hosts or cells was made of, as the cell that made it keeps it: what was computed anyway, and nothing that
 * follows from it. `explain` of #scheduling turns it into the whole story.
 */
export const Decision = z.object({
  among: z.enum(['hosts', 'cells']),
  /** Only hosts that an administrator asked for came into question, or the cells that have them; left out when any would do. */
  asked: HostsAsked.optional(),
  /** How many there were to choose from, and how many of them passed every filter. */
  candidates: count,
  passed: count,
  /** In the order of asking, and how many each left; those after the one that left nobody were not asked for the choice. */
  filters: z.array(z.string()),
  left: z.array(count),
  /** At most 20 of those that fell: the nearest ones when every filter was asked about each, else the first. */
  misses: z.array(Miss),
  /** Every filter was asked about each that fell; else each was out with its first refusal, and nothing more was asked. */
  complete: z.boolean(),
  weighers: z.array(WeigherUsed),
  /** At most 20 of those that passed, best first. */
  ranked: z.array(RankedCandidate),
  /** One of `ranked`, the first; null when none passed. */
  chosen: z.string().nullable(),
});
export type Decision = z.infer<typeof Decision>;
