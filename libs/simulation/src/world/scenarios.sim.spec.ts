import { describe, expect, it } from 'vitest';
import type { BuildSpec } from '#contracts';
import type { World as WorldType } from './world.js';
import { World } from './world.js';

/* Stories that went wrong once, told again; each on a seed of its own, with nothing else going wrong. */

const serverOf = (world: WorldType, uuid: string) => world.root.database.instances.get(uuid)!;

describe('a server', () => {
  it('that is deleted while a dead host builds it is gone in seconds, not when the host comes back', async () => {
    const world = await World.begin({ seed: 1, weather: {}, layout: { cells: { west: { hosts: ['h1'] } } } });
    world.host('h1').die();
    const [uuid] = await begun(world);
    await world.runFor(18);
    void world.users.delete(1);
    await world.runFor(10);
    expect(serverOf(world, uuid!).vmState).toBe('deleted');
    expect(await world.comeToRest()).toEqual([]);
  });

  it('whose build a silent cell never answers is built in the next, and once', async () => {
    const world = await World.begin({ seed: 2, weather: {}, layout: { cells: { west: { hosts: ['h1'] }, east: { hosts: ['h2'] } } } });
    const [uuid] = await begun(world, 0);
    const first = serverOf(world, uuid!).nextHop!;
    world.do({ does: 'cut link', link: `api!${first}`, seconds: 60 });
    await world.runFor(40);
    expect(serverOf(world, uuid!)).toMatchObject({ vmState: 'active' });
    expect(serverOf(world, uuid!).nextHop).not.toBe(first);
    expect(await world.comeToRest()).toEqual([]);
    expect(world.hosts.map(host => host.guests.size).sort()).toEqual([0, 1]);
  });

  it('that no host has room for ends in error and says why', async () => {
    const world = await World.begin({ seed: 3, weather: {}, layout: { cells: { west: { cells: { a: { hosts: ['h1'] } } } } } });
    const flavor = { flavorId: 'x', name: 'huge', vcpus: 1, memoryMb: 20_000, rootGb: 1, ephemeralGb: 0, swapMb: 0, extraSpecs: {} };
    const [uuid] = await begun(world, 5, { flavor });
    expect(serverOf(world, uuid!)).toMatchObject({ vmState: 'error', taskState: null });
    expect(serverOf(world, uuid!).fault?.message).toContain('No valid host was found');
    expect(await world.comeToRest()).toEqual([]);
  });
});

/** A server is ordered; the order is under way for so many seconds. */
const begun = async (world: WorldType, seconds = 1, change: Partial<BuildSpec> = {}): Promise<string[]> => {
  const creating = world.users.create([1], {}, change);
  await world.runFor(Math.max(seconds, 0.02));
  return creating;
};
