import { z } from 'zod';
import type { Dice } from './dice.js';

const share = z.number().min(0).max(1);

/** What goes wrong all the while in one world, and how often: shares from 0 (never) to 1 (always), unless said otherwise. */
export const Weather = z.strictObject({
  /** A message never reaches the broker; its sender does not learn of it, and sends it again. */
  publishLost: share,
  /** A message is published, but its sender does not learn of it and sends it again. */
  confirmLost: share,
  /** A batch is handled, but the broker does not learn of it and delivers it again. */
  ackLost: share,
  /** A report is lost for good. */
  reportLost: share,
  /** A report arrives 5 to 30 s late, after those that were made after it. */
  reportStale: share,
  /** A question or its answer is lost for good. */
  queryLost: share,
  /** A message takes seconds instead of milliseconds. */
  slowMessage: share,
  /** Messages of one sender may overtake each other. */
  reordered: z.boolean(),
  /** A transaction takes seconds instead of milliseconds. */
  slowTransaction: share,
  /** The database refuses a transaction. */
  databaseAway: share,
  /** A process dies while it commits: before, or between the commit and the sending of what it wrote. */
  diesCommitting: share,
  /** A spawn fails: on this host, or on any. */
  spawnFails: share,
  spawnInvalid: share,
  /** Clocks of two machines differ by up to so many ms, drift and jump within it (clocks.ts says what the design stands). */
  clocksApartMs: z.int().nonnegative(),
  /** Processes of each cell. */
  processes: z.int().positive(),
});
export type Weather = Readonly<z.infer<typeof Weather>>;

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
