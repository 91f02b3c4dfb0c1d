import type { Dice } from './dice.js';

/** What goes wrong all the while in one world, and how often: shares from 0 (never) to 1 (always), unless said otherwise. */
export interface Weather {
  /** A message never reaches the broker; its sender does not learn of it, and sends it again. */
  readonly publishLost: number;
  /** A message is published, but its sender does not learn of it and sends it again. */
  readonly confirmLost: number;
  /** A batch is handled, but the broker does not learn of it and delivers it again. */
  readonly ackLost: number;
  /** A report is lost for good. */
  readonly reportLost: number;
  /** A report arrives 5 to 30 s late, after those that were made after it. */
  readonly reportStale: number;
  /** A question or its answer is lost for good. */
  readonly queryLost: number;
  /** A message takes seconds instead of milliseconds. */
  readonly slowMessage: number;
  /** Messages of one sender may overtake each other. */
  readonly reordered: boolean;
  /** A transaction takes seconds instead of milliseconds. */
  readonly slowTransaction: number;
  /** The database refuses a transaction. */
  readonly databaseAway: number;
  /** A process dies while it commits: before, or between the commit and the sending of what it wrote. */
  readonly diesCommitting: number;
  /** A spawn fails: on this host, or on any. */
  readonly spawnFails: number;
  readonly spawnInvalid: number;
  /** Clocks of two machines differ by up to so many ms, drift and jump within it (clocks.ts says what the design stands). */
  readonly clocksApartMs: number;
  /** Processes of each cell. */
  readonly processes: number;
}

/** The weather as it is now: it clears up before a world comes to rest. */
export interface Sky {
  weather: Weather;
}

export const CALM: Weather = {
  publishLost: 0,
  confirmLost: 0,
  ackLost: 0,
  reportLost: 0,
  reportStale: 0,
  queryLost: 0,
  slowMessage: 0,
  reordered: false,
  slowTransaction: 0,
  databaseAway: 0,
  diesCommitting: 0,
  spawnFails: 0,
  spawnInvalid: 0,
  clocksApartMs: 0,
  processes: 1,
};

/** Each seed has a weather of its own: some things go wrong in it and others do not, so that no fault always hides another. */
export const drawWeather = (dice: Dice): Weather => {
  const sometimes = (most: number) => (dice.chance(0.5) ? 0 : dice.between(0, most));
  return {
    publishLost: sometimes(0.2),
    confirmLost: sometimes(0.2),
    ackLost: sometimes(0.2),
    reportLost: sometimes(0.5),
    reportStale: sometimes(0.3),
    queryLost: sometimes(0.3),
    slowMessage: sometimes(0.1),
    reordered: dice.chance(0.5),
    slowTransaction: sometimes(0.05),
    databaseAway: sometimes(0.05),
    diesCommitting: sometimes(0.02),
    spawnFails: sometimes(0.4),
    spawnInvalid: sometimes(0.1),
    clocksApartMs: Math.round(sometimes(4000)),
    processes: dice.chance(0.5) ? 1 : 2,
  };
};
