import { describe, expect, it } from 'vitest';
import type { ServerGroup } from '#contracts';
import { MemoryCellStore } from '../store/memory-cell-store.js';
import { Dice } from './dice.js';
import { drawPlan } from './draw-plan.js';
import { childUseViolations, groupViolations } from './globals-invariants.js';
import type { Tampering } from './surroundings.js';
import { tellStory } from './tell-story.js';
import type { Weather } from './weather.js';
import { World } from './world.js';

const SECONDS = 30;
const seeds = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** A group of each policy, and one with a rule. */
const GROUPS: readonly ServerGroup[] = (
  [
    ['affinity', 1],
    ['anti-affinity', 1],
    ['anti-affinity', 2],
    ['soft-affinity', 1],
    ['soft-anti-affinity', 1],
  ] as const
).map(([policy, maxServerPerHost], index) => ({ uuid: `00000000-0000-4000-8000-0000000000a${index}`, policy, maxServerPerHost }));

/** Some cells of the world get a quota, users make servers in groups while things go wrong; what is wrong with it when it is at rest. */
const violationsOf = async ({ seed, weather, tampering }: { seed: number; weather?: Partial<Weather>; tampering?: Tampering }) => {
  const dice = new Dice(`storm ${seed}`);
  const plan = drawPlan(seed, { seconds: SECONDS, weather });
  // The quotas of the storm stand from its beginning, so no cell may ever hold more: an operator's later one may find more there.
  const acts = plan.acts.filter(act => act.does !== 'limit cell');
  const world = await World.of({ ...plan, acts }, tampering);
  for (const { database } of world.cells.values()) for (const child of database.children.all()) limit(dice, database.children, child);
  const violations: string[] = [];
  const end = world.timeline.now() + SECONDS * 1000;
  let servers = FIRST_SERVER;
  const order = () => {
    if (world.timeline.now() >= end) return;
    const count = dice.whole(1, 3);
    world.users.create(
      Array.from({ length: count }, () => servers++),
      {},
      { group: dice.pick(GROUPS)! },
    );
    world.timeline.after(dice.between(500, 5000), order);
  };
  const look = () => {
    if (world.timeline.now() >= end) return;
    violations.push(...childUseViolations(world));
    world.timeline.after(250, look);
  };
  order();
  look();
  await world.live();
  const atRest = (await world.comeToRest(tampering ? 100 : undefined)).map(({ text }) => text);
  violations.push(...atRest, ...childUseViolations(world), ...groupViolations(world, GROUPS));
  return { world, violations };
};

/** Above those that the plan's own users make. */
const FIRST_SERVER = 10_000;

const limit = (dice: Dice, children: World['root']['database']['children'], child: ReturnType<typeof children.all>[number]): void => {
  if (dice.chance(0.5)) children.put(child.name, { ...child, quota: { instances: dice.whole(2, 8), cores: null, ramMb: null } });
};

describe('groups and quotas in a tree in which things go wrong', () => {
  it('hold, and what is counted in each child is what is there', async () => {
    let grouped = 0;
    for (const seed of seeds(Number(process.env.CANOPY_SIM_SEEDS ?? 40))) {
      const { world, violations } = await violationsOf({ seed });
      expect(violations.length, `seed ${seed}: ${violations.join(', ')}\n${tellStory(world, [])}`).toBe(0);
      grouped += world.root.database.instances.all().filter(row => row.groupUuid !== null && row.launchedAt !== null).length;
    }
    expect(grouped).toBeGreaterThan(0);
  });

  it('are noticed when transactions do not wait for each other', async () => {
    class LocksNothing extends MemoryCellStore {
      protected override conflicts(): boolean {
        return false;
      }
    }
    const found: string[] = [];
    for (const seed of seeds(25)) {
      const tampering = { makeStore: (parts: ConstructorParameters<typeof MemoryCellStore>[0]) => new LocksNothing(parts) };
      found.push(...(await violationsOf({ seed, tampering, weather: { processes: 2, slowTransaction: 0.3 } })).violations);
      if (found.some(violation => /group|whose quota/.test(violation))) break;
    }
    expect(found.join()).toMatch(/group|whose quota/);
  });
});
