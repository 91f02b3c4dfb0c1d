import { describe, expect, it } from 'vitest';
import { cellMethods, type Envelope } from '#contracts';
import { seededRandom } from '#scheduling';
import { type DrawOptions, drawPlan } from './draw-plan.js';
import type { Violation } from './invariants/index.js';
import type { Tampering } from './surroundings.js';
import { tellStory } from './tell-story.js';
import { World } from './world.js';

/*
 * Between cells nothing is lost in these worlds but for what is thrown away here, for ever, as a parked message or a restored database
 * loses it: what then makes the cells agree again is their comparison.
 */

const LOSABLE = Object.keys(cellMethods).filter(method => method.startsWith('instance.') || method === 'build.rejected');

/** Lost while a world lives, and no more while it comes to rest; what is mended by other means (reports, hosts, flavors) is left alone. */
class Losses {
  /** The share of the messages that are lost. */
  share: number;
  readonly lost: string[] = [];
  private readonly random: () => number;

  constructor(
    seed: number,
    share: number,
    private readonly methods: readonly string[] = LOSABLE,
  ) {
    this.share = share;
    this.random = seededRandom(`losses ${seed}`);
  }

  get tampering(): Tampering {
    return { frame: frame => ({ ...frame, envelopes: frame.envelopes.filter(envelope => !this.loses(envelope)) }) };
  }

  private loses({ method, id }: Envelope): boolean {
    if (!this.methods.includes(method) || this.random() >= this.share) return false;
    this.lost.push(`${method} ${id}`);
    return true;
  }
}

const SECONDS = 40;
const REST_SECONDS = 150;

/** What is wrong at the end, but for the records: events of an action travel with the state that they belong to, and only there. */
const liveWith = async (losses: Losses, seed: number, options: DrawOptions, tampering: Tampering = {}) => {
  const world = await World.of(drawPlan(seed, { seconds: SECONDS, ...options }), { ...losses.tampering, ...tampering });
  await world.live();
  losses.share = 0;
  const violations = (await world.comeToRest(REST_SECONDS)).filter(({ text }: Violation) => !text.startsWith('nothing tells'));
  return { violations, story: `${tellStory(world, violations)}\nlost: ${losses.lost.join(' ')}` };
};

const seeds = Array.from({ length: Math.min(25, Number(process.env.CANOPY_SIM_SEEDS ?? 25)) }, (_, index) => index + 1);

describe('cells between which messages are lost for ever', () => {
  it('agree in the end about every instance, and nothing is lost, doubled or resurrected', async () => {
    for (const seed of seeds) {
      const options = { weather: { processes: 2, reordered: seed % 2 === 0 }, troubles: { secondsBetweenCuts: 15 } };
      const { violations, story } = await liveWith(new Losses(seed, 0.1), seed, options);
      expect(violations, story).toEqual([]);
    }
  });

  it('do not agree when nobody answers the questions of a comparison', async () => {
    const apart: number[] = [];
    for (const seed of [1, 2, 3, 4, 5]) {
      const { violations } = await liveWith(new Losses(seed, 0.2), seed, { weather: {} }, { isAnswered: () => false });
      if (violations.length) apart.push(seed);
    }
    expect(apart).not.toEqual([]);
  });

  for (const method of [
    'instance.build',
    'guest.spawned',
    'instance.delete',
    'instance.action',
    'instance.state',
    'instance.deleted',
    'build.rejected',
  ]) {
    it(`find what is missing when every ${method} of a while is lost`, async () => {
      const options = { weather: { spawnFails: 0.2 }, troubles: { secondsBetweenCuts: 10 } };
      const { violations, story } = await liveWith(new Losses(5, 1, [method]), 5, options);
      expect(violations, story).toEqual([]);
    });
  }
});
