import type { Random } from '#domain';

/** What goes wrong in one world, and how often: shares from 0 (never) to 1 (always), or times. */
export interface Weather {
  /** A message is published, but its sender does not learn of it and sends it again. */
  readonly confirmLost: number;
  /** A batch is handled, but the broker does not learn of it and delivers it again. */
  readonly ackLost: number;
  /** A report is lost. */
  readonly reportLost: number;
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
  /** Seconds, on average, between two disasters of a kind in the whole tree; 0: never. */
  readonly secondsBetweenCuts: number;
  readonly secondsBetweenKills: number;
  readonly secondsBetweenHostDeaths: number;
  /** Processes of each cell. */
  readonly processes: number;
}

/** The weather as it is now: it clears up before a world comes to rest. */
export interface Sky {
  weather: Weather;
}

export const CALM: Weather = {
  confirmLost: 0,
  ackLost: 0,
  reportLost: 0,
  slowMessage: 0,
  reordered: false,
  slowTransaction: 0,
  databaseAway: 0,
  diesCommitting: 0,
  spawnFails: 0,
  spawnInvalid: 0,
  secondsBetweenCuts: 0,
  secondsBetweenKills: 0,
  secondsBetweenHostDeaths: 0,
  processes: 1,
};

/** Each seed has a weather of its own: some things go wrong in it and others do not, so that no fault always hides another. */
export const weatherOf = ({ random }: Dice): Weather => {
  const sometimes = (most: number) => (random.fraction() < 0.5 ? 0 : random.fraction() * most);
  const between = (least: number, most: number) => (random.fraction() < 0.4 ? 0 : least + random.fraction() * (most - least));
  return {
    confirmLost: sometimes(0.2),
    ackLost: sometimes(0.2),
    reportLost: sometimes(0.5),
    slowMessage: sometimes(0.1),
    reordered: random.fraction() < 0.5,
    slowTransaction: sometimes(0.05),
    databaseAway: sometimes(0.05),
    diesCommitting: sometimes(0.02),
    spawnFails: sometimes(0.4),
    spawnInvalid: sometimes(0.1),
    secondsBetweenCuts: between(3, 30),
    secondsBetweenKills: between(2, 20),
    secondsBetweenHostDeaths: between(5, 40),
    processes: random.fraction() < 0.5 ? 1 : 2,
  };
};

/** Dice of one world. */
export class Dice {
  readonly random: Random;
  private uuids = 0;

  /** @param fraction gives numbers of at least 0, below 1 */
  constructor(fraction: () => number) {
    this.random = { fraction, uuid: () => this.uuid(Math.floor(fraction() * 2 ** 32)) };
  }

  /** By counting: worlds need thousands. */
  private uuid(start: number): string {
    this.uuids += 1;
    return `${hex(start, 8)}-0000-4000-8000-${hex(this.uuids, 12)}`;
  }

  chance(share: number): boolean {
    return share > 0 && this.random.fraction() < share;
  }

  between(least: number, most: number): number {
    return least + this.random.fraction() * (most - least);
  }

  whole(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1));
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.random.fraction() * items.length)];
  }
}

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
