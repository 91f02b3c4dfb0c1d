import type { HostsAsked, Numbers } from '#contracts';

/** A filter's answer about one candidate. */
export interface ExplainedVerdict {
  readonly filter: string;
  readonly passed: boolean;
  readonly reason: string | null;
  readonly numbers?: Numbers;
}

/** `weight` is `normalised` times `multiplier`; `normalised` is `raw` stretched to 0..1 over those that passed, or `raw` itself. */
export interface ExplainedWeight {
  readonly weigher: string;
  readonly raw: number;
  readonly normalised: number;
  readonly multiplier: number;
  readonly weight: number;
}

export interface ExplainedCandidate {
  readonly name: string;
  /** In the order of asking. A filter that is missing here was not asked: the candidate was out before. */
  readonly verdicts: readonly ExplainedVerdict[];
  /** Of one that passed every filter. */
  readonly weights: readonly ExplainedWeight[];
  /** The sum of `weights`; null for one that fell. */
  readonly weight: number | null;
  readonly chosen: boolean;
}

/** Of those that fell, the one that lacks least. */
export interface NearestMiss {
  readonly name: string;
  /** What it lacks, in each unit; empty when it is not a matter of room. */
  readonly needs: Readonly<Partial<Record<Numbers['of'], number>>>;
  /** As in "needs 2048 MB more on h17". */
  readonly text: string;
}

/** One choice of one cell, told in full. */
export interface ExplainedChoice {
  /** Path of the cell that chose. */
  readonly cell: string;
  readonly among: 'hosts' | 'cells';
  /** Null when any host would do. */
  readonly asked: HostsAsked | null;
  /** ms since 1970. */
  readonly at: number;
  /** How many there were, and how many passed; `candidates` spells out the 20 best and 20 of those that fell. */
  readonly considered: number;
  readonly passed: number;
  readonly filters: readonly { readonly filter: string; readonly left: number }[];
  readonly candidates: readonly ExplainedCandidate[];
  readonly chosen: string | null;
  /** Equals are ordered by chance that is seeded with this: the same snapshot gives the same choice again. */
  readonly tieBreakSeed: string;
  /** Told where nothing passed, and in a dry run. */
  readonly nearestMiss: NearestMiss | null;
}
