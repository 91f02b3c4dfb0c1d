import { CUTS } from './cut-down.js';
import type { Violation } from './invariants/index.js';
import type { Plan } from './plan.js';
import { type Played, play } from './play.js';
import type { Tampering } from './surroundings.js';
import { World } from './world.js';

export interface ShortenOptions {
  /** So many worlds are tried at most. */
  readonly worlds: number;
  readonly tampering?: Tampering;
  /** Told after each world. */
  readonly progress?: (tried: number, plan: Plan) => void;
}

/** What never ends need not be waited for as long as when it was found: longer than any build, command or cut takes here. */
const REST_SECONDS = 90;

/**
 * The shortest story in which the same promise is broken, as far as it can be found: cuts the plan down in every way that still breaks
 * it, until no way is left or the worlds are used up. The same plan ends in the same story.
 */
export const shorten = async (failing: Plan, broken: string, options: ShortenOptions): Promise<Played> => {
  const search = new Search(failing, broken, options);
  while (await search.round());
  return play(search.best, options.tampering);
};

class Search {
  private tried = 0;

  constructor(
    public best: Plan,
    private readonly broken: string,
    private readonly options: ShortenOptions,
  ) {}

  /** Each kind of cut as long as it helps. @returns whether any did. */
  async round(): Promise<boolean> {
    const before = this.best;
    for (const cut of CUTS) while (await this.improve(cut));
    return this.best !== before;
  }

  private async improve(cut: (plan: Plan) => Generator<Plan>): Promise<boolean> {
    for (const plan of cut(this.best)) {
      if (this.tried >= this.options.worlds) return false;
      this.tried += 1;
      const stillBroken = await this.breaks(plan);
      if (stillBroken) this.best = plan;
      this.options.progress?.(this.tried, this.best);
      if (stillBroken) return true;
    }
    return false;
  }

  /** What was broken on the way need not be waited for. */
  private async breaks(plan: Plan): Promise<boolean> {
    const world = await World.of(plan, this.options.tampering);
    await world.live();
    if (isBroken(world.accused(), this.broken)) return true;
    return isBroken(await world.comeToRest(REST_SECONDS), this.broken);
  }
}

export const isBroken = (violations: readonly Violation[], invariant: string): boolean =>
  violations.some(violation => violation.invariant === invariant);
