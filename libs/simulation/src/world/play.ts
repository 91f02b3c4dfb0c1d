import type { Violation } from './invariants/index.js';
import type { Plan } from './plan.js';
import type { Tampering } from './surroundings.js';
import { World } from './world.js';

export interface Played {
  readonly world: World;
  readonly violations: readonly Violation[];
}

/** Lives through a plan, and looks what is wrong when the world has come to rest. */
export const play = async (plan: Plan, tampering: Tampering = {}, restSeconds?: number): Promise<Played> => {
  const world = await World.of(plan, tampering);
  await world.live();
  return { world, violations: await world.comeToRest(restSeconds) };
};
