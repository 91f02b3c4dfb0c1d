import { describe, expect, it } from 'vitest';
import type { BuildSpec } from '#contracts';
import type { Layout } from './tree.js';
import { World } from './world.js';

/* Scheduler hints that name servers hold in the whole tree. Each story on a seed of its own. */

const TWO_LEVELS: Layout = {
  cells: {
    west: { cells: { a: { hosts: ['wa1', 'wa2'] }, b: { hosts: ['wb1'] } } },
    east: { hosts: ['e1'], cells: { c: { hosts: ['ec1'] } } },
  },
};

const built = async (world: World, servers: readonly number[], change: Partial<BuildSpec> = {}): Promise<string[]> => {
  const uuids = world.users.create(servers, {}, change);
  await world.runFor(10);
  return uuids.map(uuid => {
    const { vmState, cellPath, host } = world.root.database.instances.get(uuid)!;
    return vmState === 'active' ? `${cellPath}@${host}` : vmState;
  });
};

describe('a server with the hint', () => {
  it('same_host is on the host of the named one, in whichever cell that is', async () => {
    const world = await World.begin({ seed: 1, layout: TWO_LEVELS });
    for (const place of ['api!west!a@wa2', 'api!west!b@wb1', 'api!east@e1', 'api!east!c@ec1'])
      expect(await built(world, [world.root.database.instances.all().length + 1], { sameHost: [place] })).toEqual([place]);
    expect(await built(world, [9], { sameHost: ['api!west!a@wa1', 'api!east!c@ec1'] })).toEqual([expect.stringMatching(/@(wa1|ec1)$/)]);
    expect(await built(world, [10], { sameHost: [] })).toEqual(['error']);
    expect(await world.comeToRest()).toEqual([]);
  });

  it('different_host is on none of the named ones, and fails when no other is left', async () => {
    const world = await World.begin({ seed: 2, layout: TWO_LEVELS });
    const all = ['api!west!a@wa1', 'api!west!a@wa2', 'api!west!b@wb1', 'api!east@e1', 'api!east!c@ec1'];
    expect(await built(world, [1, 2], { differentHost: all.slice(1) })).toEqual([all[0], all[0]]);
    expect(await built(world, [3], { differentHost: all.slice(0, 4) })).toEqual([all[4]]);
    expect(await built(world, [4], { differentHost: all })).toEqual(['error']);
    expect(await world.comeToRest()).toEqual([]);
  });
});

it('a server that an administrator wants on a host is built there or nowhere, and may be moved away', async () => {
  const world = await World.begin({ seed: 3, layout: TWO_LEVELS });
  const places = ['api!west!a@wa2', 'api!west!b@wb1', 'api!east@e1', 'api!east!c@ec1'];
  for (const [index, place] of places.entries()) expect(await built(world, [index + 1], { onHosts: [place] })).toEqual([place]);
  expect(await built(world, [5], { onHosts: ['api!west!a@wa1'], sameHost: places })).toEqual(['error']);
  expect(await built(world, [6], { onHosts: ['api!west!a@none'] })).toEqual(['error']);

  expect(await built(world, [7], { onHosts: ['api!west!a@wa1'] })).toEqual(['api!west!a@wa1']);
  world.do({ does: 'move', server: 7, flavor: null });
  await world.runFor(20);
  expect(world.root.database.instances.get(world.users.uuidOf(7))).toMatchObject({ vmState: 'resized', host: 'wa2' });
  expect(await world.comeToRest()).toEqual([]);
});
