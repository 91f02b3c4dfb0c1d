import type { Random } from '#domain';
import { seededRandom } from '#scheduling';

/** One stream of chance of a world. Each part of the world throws its own, so that what one part does changes no other's luck. */
export class Dice {
  readonly random: Random;
  private readonly fraction: () => number;
  private uuids = 0;

  /** @param stream tells the uuids of one stream from those of another */
  constructor(
    seed: string,
    private readonly stream = 0,
  ) {
    this.fraction = seededRandom(seed);
    this.random = { fraction: this.fraction, uuid: () => this.uuid(Math.floor(this.fraction() * 2 ** 32)) };
  }

  /** By counting: worlds need thousands. */
  private uuid(start: number): string {
    this.uuids += 1;
    return `${hex(start, 8)}-${hex(this.stream, 4)}-4000-8000-${hex(this.uuids, 12)}`;
  }

  chance(share: number): boolean {
    return share > 0 && this.fraction() < share;
  }

  between(least: number, most: number): number {
    return least + this.fraction() * (most - least);
  }

  whole(least: number, most: number): number {
    return Math.floor(this.between(least, most + 1));
  }

  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.fraction() * items.length)];
  }
}

/** Gives each part of a world its dice, by name: the same seed and name are the same luck. */
export class DiceBox {
  private readonly streams = new Map<string, Dice>();

  constructor(private readonly seed: number) {}

  of(name: string): Dice {
    const dice = this.streams.get(name) ?? new Dice(`${this.seed} ${name}`, this.streams.size);
    this.streams.set(name, dice);
    return dice;
  }
}

export const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0');
