import { describe, expect, it } from 'vitest';
import { cellMethods, type Envelope } from '#contracts';
import { seededRandom } from '#scheduling';
import type { Tampering } from './surroundings.js';
import { World } from './world.js';

/*
 * Between cells nothing is lost in these worlds but for what is thrown away here, for ever, as a parked message or a restored database
 * loses it: what then makes the cells agree again is their comparison.
 */

/** Loses messages between cells; those whose loss is mended by other means (reports, hosts, flavors) are left alone. */
const losing = (share: number, random: () => number, methods: readonly string[] = LOSABLE): { tampering: Tampering; lost: string[] } => {
  const lost: string[] = [];
  const isLost = ({ method, id }: Envelope): boolean => {
    if (!methods.includes(method) || random() >= share) return false;
    lost.push(`${method} ${id}`);
    return true;
  };
  return { lost, tampering: { frame: frame => ({ ...frame, envelopes: frame.envelopes.filter(envelope => !isLost(envelope)) }) } };
};

const LOSABLE = Object.keys(cellMethods).filter(method => method.startsWith('instance.') || method === 'build.rejected');

/** The events of an action travel with the state that they belong to, and only there. */
const butForRecords = (violations: readonly string[]): string[] => violations.filter(one => !one.startsWith('nothing tells'));

const seeds = Array.from({ length: Math.min(25, Number(process.env.CANOPY_SIM_SEEDS ?? 25)) }, (_, index) => index + 1);

describe('cells between which messages are lost for ever', () => {
  it('agree in the end about every instance, and nothing is lost, doubled or resurrected', async () => {
    for (const seed of seeds) {
      const random = seededRandom(`losses ${seed}`);
      let share = 0.1;
      const { tampering, lost } = losing(1, () => (random() < share ? 0 : 1));
      const world = await World.begin({ seed, tampering, weather: { processes: 2, secondsBetweenCuts: 15, reordered: seed % 2 === 0 } });
      await world.live(40);
      share = 0;
      const violations = butForRecords(await world.comeToRest(150));
      expect(violations, `${world.story(violations)}\n lost: ${lost.join(' ')}`).toEqual([]);
    }
  });

  it('do not agree when nobody answers the questions of a comparison', async () => {
    const random = seededRandom('losses');
    let share = 0.1;
    const { tampering } = losing(1, () => (random() < share ? 0 : 1));
    const world = await World.begin({ seed: 1, tampering: { ...tampering, isAnswered: () => false }, weather: {} });
    await world.live(40);
    share = 0;
    expect(butForRecords(await world.comeToRest(150))).not.toEqual([]);
  });

  for (const method of ['instance.delete', 'instance.action', 'instance.state', 'instance.deleted', 'build.rejected']) {
    it(`find what is missing when every ${method} of a while is lost`, async () => {
      let share = 1;
      const { tampering } = losing(1, () => 1 - share, [method]);
      const world = await World.begin({ seed: 5, tampering, weather: { secondsBetweenCuts: 10, spawnFails: 0.2 } });
      await world.live(40);
      share = 0;
      const violations = butForRecords(await world.comeToRest(150));
      expect(violations, world.story(violations)).toEqual([]);
    });
  }
});
