import { seededRandom } from '#testing';

/** What can be broken, and at what. */
export const FAULTS = {
  'kill database': { target: 'database', leastSeconds: 1, mostSeconds: 8 },
  'kill broker': { target: 'broker', leastSeconds: 1, mostSeconds: 8 },
  'kill cell': { target: 'cell', leastSeconds: 0.2, mostSeconds: 10 },
  'kill worker': { target: 'worker', leastSeconds: 0, mostSeconds: 0 },
  'kill hosts': { target: 'hosts', leastSeconds: 0.2, mostSeconds: 15 },
  'lose machine': { target: 'hosts', leastSeconds: 3, mostSeconds: 20 },
  'freeze database': { target: 'database', leastSeconds: 2, mostSeconds: 20 },
  'freeze broker': { target: 'broker', leastSeconds: 2, mostSeconds: 20 },
  'freeze cell': { target: 'cell', leastSeconds: 2, mostSeconds: 25 },
  'freeze worker': { target: 'worker', leastSeconds: 2, mostSeconds: 20 },
  'freeze hosts': { target: 'hosts', leastSeconds: 2, mostSeconds: 25 },
  'cut link': { target: 'link', leastSeconds: 3, mostSeconds: 30 },
  'cut database': { target: 'ownDatabase', leastSeconds: 3, mostSeconds: 15 },
  'cut broker': { target: 'ownBroker', leastSeconds: 3, mostSeconds: 15 },
  'fill database disk': { target: 'smallDatabase', leastSeconds: 5, mostSeconds: 20 },
  'fill broker disk': { target: 'smallBroker', leastSeconds: 5, mostSeconds: 20 },
  'exhaust broker disk': { target: 'smallBroker', leastSeconds: 3, mostSeconds: 10 },
} as const;
export type FaultKind = keyof typeof FAULTS;
export type TargetKind = (typeof FAULTS)[FaultKind]['target'];

export interface PlannedFault {
  readonly kind: FaultKind;
  /** A service of the stack, a link, or `worker` (any of the API's). */
  readonly target: string;
  /** After the schedule's begin. */
  readonly atSeconds: number;
  readonly lastsSeconds: number;
}

export type Targets = Readonly<Record<TargetKind, readonly string[]>>;

export interface PlanOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly targets: Targets;
  /** Part of `kind target`: nothing else is broken. */
  readonly only?: string | undefined;
}

/** A service needs so long to come back before it is worth being hit again. */
const RECOVERY_SECONDS = 12;

/**
 * What is broken when: the same for the same seed. Every kind comes once before any comes again, some overlap, and nothing is hit by
 * two at a time. All is mended by `seconds`.
 */
export const planFaults = ({ only, ...options }: PlanOptions): PlannedFault[] => {
  const random = seededRandom(options.seed);
  const between = (least: number, most: number) => least + random.fraction() * (most - least);
  const targetsOf = (kind: FaultKind) =>
    options.targets[FAULTS[kind].target].filter(name => only === undefined || `${kind} ${name}`.includes(only));
  const kinds = (Object.keys(FAULTS) as FaultKind[]).filter(kind => targetsOf(kind).length > 0);
  if (kinds.length === 0) return [];
  // The shorter the run, the closer they come: each kind once in what time there is, and one in six seconds at most.
  const pause = Math.min(6, Math.max(2.5, (options.seconds * 0.75) / kinds.length));
  const faults: PlannedFault[] = [];
  let deck: FaultKind[] = [];
  for (let at = 1; at < options.seconds - 3; at += between(0.4, 1.6) * pause) {
    if (deck.length === 0) deck = shuffled(kinds, random.fraction);
    const kind = deck.pop()!;
    const { leastSeconds, mostSeconds } = FAULTS[kind];
    const lasts = Math.min(between(leastSeconds, mostSeconds), options.seconds - at);
    const free = targetsOf(kind).filter(name => !faults.some(fault => fault.target === name && overlaps(fault, at, lasts)));
    const chosen = free[Math.floor(random.fraction() * free.length)];
    if (chosen === undefined) deck.unshift(kind);
    else faults.push({ kind, target: chosen, atSeconds: round(at), lastsSeconds: round(lasts) });
  }
  return faults;
};

export const tellFault = ({ kind, target, atSeconds, lastsSeconds }: PlannedFault): string =>
  `${atSeconds.toFixed(1).padStart(7)} s  ${kind.padEnd(18)} ${target}${lastsSeconds > 0 ? `, for ${lastsSeconds} s` : ''}`;

const overlaps = (fault: PlannedFault, at: number, lasts: number): boolean =>
  at < fault.atSeconds + fault.lastsSeconds + RECOVERY_SECONDS && fault.atSeconds < at + lasts + RECOVERY_SECONDS;

const shuffled = <T>(items: readonly T[], fraction: () => number): T[] => {
  const deck = items.slice();
  for (let i = deck.length - 1; i > 0; i--) {
    const j = Math.floor(fraction() * (i + 1));
    [deck[i], deck[j]] = [deck[j]!, deck[i]!];
  }
  return deck;
};

const round = (seconds: number): number => Math.round(seconds * 10) / 10;
