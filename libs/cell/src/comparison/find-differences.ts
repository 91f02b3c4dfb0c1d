import { type InstanceDigests, type InstanceRanges, type ListedInstance, MAX_LISTED_ROWS, MAX_RANGES, type RangeDigest } from '#contracts';
import type { Random } from '#domain';

/** A range is asked for row by row when neither side has more of it. */
const FEW_ROWS = 64;

/** One side of a comparison. */
export type AskRanges = (ranges: InstanceRanges) => Promise<InstanceDigests>;

/** A row that the two sides do not have alike; undefined where there is none. */
export interface Difference {
  readonly instanceUuid: string;
  readonly ours: ListedInstance | undefined;
  readonly theirs: ListedInstance | undefined;
}

export interface Differences {
  readonly found: readonly Difference[];
  /** There are more than one comparison looks at. */
  readonly more: boolean;
  /** Frames for the other side that wait in either outbox. */
  readonly waiting: number;
}

/**
 * Finds the rows in which two sides differ: digests of the sixteen ranges below each range that differs, until a range holds few rows,
 * which are then compared one by one. With 100,000 rows of which one differs, that is five questions and a few kilobytes.
 *
 * What one comparison looks at is bounded; where more differs it begins anywhere, so that rows which stay different (an operator has
 * to decide) never hide the others.
 */
export const findDifferences = async (ours: AskRanges, theirs: AskRanges, random: Random): Promise<Differences> => {
  const few: string[] = [];
  let rowsToList = 0;
  let more = false;
  let waiting = 0;
  let ranges = [''];
  while (ranges.length) {
    const asked = { digests: ranges, rows: [] };
    const [mine, other] = [await ours(asked), await theirs(asked)];
    waiting = Math.max(waiting, mine.waiting, other.waiting);
    const next: string[] = [];
    for (const { range, count } of shuffled(differing(mine.digests, other.digests), random)) {
      if (count <= FEW_ROWS) {
        if (few.length < MAX_RANGES && rowsToList + count <= MAX_LISTED_ROWS) {
          few.push(range);
          rowsToList += count;
        } else more = true;
      } else if (next.length < MAX_RANGES) next.push(range);
      else more = true;
    }
    ranges = next;
  }
  if (few.length === 0) return { found: [], more, waiting };
  const asked = { digests: [], rows: few };
  const [mine, other] = [await ours(asked), await theirs(asked)];
  return { found: differingRows(mine.rows, other.rows), more, waiting: Math.max(waiting, mine.waiting, other.waiting) };
};

/** Ranges that are not alike, with the rows that the side with more of them has. */
const differing = (ours: readonly RangeDigest[], theirs: readonly RangeDigest[]): { range: string; count: number }[] => {
  const others = new Map(theirs.map(one => [one.range, one]));
  const mine = new Map(ours.map(one => [one.range, one]));
  const found = [...new Set([...mine.keys(), ...others.keys()])].map(range => ({ range, mine: mine.get(range), other: others.get(range) }));
  return found
    .filter(one => one.mine?.digest !== one.other?.digest || one.mine?.count !== one.other?.count)
    .map(one => ({ range: one.range, count: Math.max(one.mine?.count ?? 0, one.other?.count ?? 0) }));
};

const differingRows = (ours: readonly ListedInstance[], theirs: readonly ListedInstance[]): Difference[] => {
  const mine = new Map(ours.map(row => [row.instanceUuid as string, row]));
  const others = new Map(theirs.map(row => [row.instanceUuid as string, row]));
  return [...new Set([...mine.keys(), ...others.keys()])]
    .map(instanceUuid => ({ instanceUuid, ours: mine.get(instanceUuid), theirs: others.get(instanceUuid) }))
    .filter(one => !isAlike(one.ours, one.theirs));
};

const isAlike = (a: ListedInstance | undefined, b: ListedInstance | undefined): boolean =>
  a?.epoch === b?.epoch && a?.generation === b?.generation && a?.taskState === b?.taskState;

const shuffled = <T>(items: readonly T[], random: Random): T[] =>
  items
    .map(item => ({ item, at: random.fraction() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
