import { describe, expect, it } from 'vitest';
import type { BuildSpec, GlobalItem, ServerGroup } from '#contracts';
import { seeingNoQuotaOfCells, without } from './broken-builds.fixture.js';
import { FLAVORS } from './flavors.js';
import { knowingNoGroups } from './regress/broken-placement.fixture.js';
import { scenario } from './regress/scenario.fixture.js';
import type { Tampering } from './surroundings.js';
import type { Layout } from './tree.js';
import { World } from './world.js';

/* What the top owns holds in the whole tree: groups, quotas of cells, aggregates. Each story on a seed of its own. */

const TWO_LEVELS: Layout = {
  cells: {
    west: { cells: { a: { hosts: ['wa1', 'wa2'] }, b: { hosts: ['wb1', 'wb2'] } } },
    east: { hosts: ['e1'], cells: { c: { hosts: ['ec1', 'ec2'] } } },
  },
};
const small = { flavorId: 'small', name: 'small', vcpus: 1, memoryMb: 1024, rootGb: 10, ephemeralGb: 0, swapMb: 0, extraSpecs: {} };
const group = (policy: ServerGroup['policy'], maxServerPerHost = 1): ServerGroup => ({
  uuid: '00000000-0000-4000-8000-0000000000aa',
  policy,
  maxServerPerHost,
});

const begin = (seed: number, tampering: Tampering = {}) => World.begin({ seed, weather: {}, layout: TWO_LEVELS, tampering });
const ordered = async (world: World, count: number, change: Partial<BuildSpec>): Promise<string[]> => {
  const first = world.root.database.instances.all().length + 1;
  const servers = Array.from({ length: count }, (_, index) => first + index);
  const uuids = world.users.create(servers, {}, { flavor: small, name: 'lucky', ...change });
  await world.runFor(6);
  return uuids;
};
/** As the story names it. */
const numberOf = (uuid: string): number => Number.parseInt(uuid, 16);
const placesOf = (world: World, uuids: readonly string[]) =>
  uuids.map(uuid => {
    const { vmState, cellPath, host } = world.root.database.instances.get(uuid)!;
    return vmState === 'active' ? `${cellPath}@${host}` : vmState;
  });

describe('a server group', () => {
  scenario(
    'F21: with anti-affinity has its servers on as many hosts, and one more than there are hosts fails',
    { 'schedulers that know of no groups': { by: () => knowingNoGroups, says: 'one more' } },
    async by => {
      const world = await begin(1, by);
      const uuids = await ordered(world, 7, { group: group('anti-affinity') });
      expect(new Set(placesOf(world, uuids)).size).toBe(7);
      expect(placesOf(world, uuids)).not.toContain('error');
      const [more] = await ordered(world, 1, { group: group('anti-affinity') });
      expect(placesOf(world, [more!]), 'one more').toEqual(['error']);
      expect(world.root.database.instances.get(more!)?.fault?.details).toContain('has 1 of its group, 1 allowed');
      expect(await world.comeToRest()).toEqual([]);
    },
  );

  it('gives the host of a deleted server to the next', async () => {
    const world = await begin(2);
    const uuids = await ordered(world, 7, { group: group('anti-affinity') });
    void world.users.delete(numberOf(uuids[3]!));
    await world.runFor(6);
    const [next] = await ordered(world, 1, { group: group('anti-affinity') });
    expect(new Set(placesOf(world, [...uuids.filter((_, index) => index !== 3), next!])).size).toBe(7);
    expect(await world.comeToRest()).toEqual([]);
  });

  it('allows as many on a host as its rule says', async () => {
    const world = await begin(3);
    const uuids = await ordered(world, 14, { group: group('anti-affinity', 2) });
    const places = placesOf(world, uuids);
    for (const place of new Set(places)) expect(places.filter(other => other === place)).toHaveLength(2);
    expect(await world.comeToRest()).toEqual([]);
  });

  it('with affinity has its servers on one host, those of later requests too', async () => {
    for (let seed = 4; seed < 9; seed += 1) {
      const world = await begin(seed);
      const first = await ordered(world, 3, { group: group('affinity') });
      const second = await ordered(world, 2, { group: group('affinity') });
      const places = placesOf(world, [...first, ...second]);
      expect(new Set(places).size).toBe(1);
      expect(places).not.toContain('error');
      expect(await world.comeToRest()).toEqual([]);
    }
  });

  it('with affinity is free again when all its servers are gone', async () => {
    const world = await begin(9);
    const [first] = await ordered(world, 1, { group: group('affinity') });
    const { host } = world.root.database.instances.get(first!)!;
    void world.users.delete(numberOf(first!));
    await world.runFor(6);
    for (const cell of world.cells.values())
      for (const row of cell.database.hosts.all()) if (row.host === host) cell.database.hosts.put(host, { ...row, enabled: false });
    await world.runFor(6);
    const [next] = await ordered(world, 1, { group: group('affinity') });
    expect(placesOf(world, [next!])[0]).toMatch(/@/);
    expect(world.root.database.instances.get(next!)?.host).not.toBe(host);
  });
});

describe('the quota of a cell', () => {
  const limit = (world: World, child: string, instances: number) =>
    world.root.database.children.put(child, {
      ...world.root.database.children.get(child)!,
      quota: { instances, cores: null, ramMb: null },
    });

  scenario(
    'F23: holds for all that is below it, tells why in the trail, and is free again after a deletion',
    { 'a scheduler that looks at no quota of cells': { by: () => seeingNoQuotaOfCells, says: 'within the quota of west' } },
    async by => {
      const world = await begin(20, by);
      limit(world, 'west', 2);
      limit(world, 'east', 1);
      const uuids = await ordered(world, 4, {});
      const places = placesOf(world, uuids);
      expect(places.filter(place => place.startsWith('api!west')).length, 'within the quota of west').toBe(2);
      expect(places.filter(place => place.startsWith('api!east'))).toHaveLength(1);
      const failed = uuids[places.indexOf('error')]!;
      expect(world.root.database.instances.get(failed)?.fault?.details).toContain('quota of west: 2 of 2 instances, 1 wanted');

      void world.users.delete(numberOf(uuids[places.findIndex(place => place.startsWith('api!east'))]!));
      await world.runFor(6);
      expect(world.root.database.children.get('east')?.used).toEqual({ instances: 0, cores: 0, ramMb: 0 });
      const [next] = await ordered(world, 1, {});
      expect(placesOf(world, [next!])[0]).toMatch(/^api!east/);
      expect(await world.comeToRest()).toEqual([]);
    },
  );
});

describe('aggregates', () => {
  const change = (world: World, item: GlobalItem) => {
    const { version, items } = world.root.database.globals;
    world.root.database.globals = { version: Math.max(version, item.version), items: [...items, item] };
  };
  const zone = (version: number, name: string, hosts: string[]): GlobalItem => ({
    kind: 'aggregate',
    id: '1',
    version,
    body: { id: 1, name: 'aggregate', hosts, metadata: { availability_zone: name } },
  });

  scenario(
    'F21: put their hosts into a zone, wherever they are, within seconds',
    { 'a root that tells nobody': { by: () => without('globals.update'), says: 'in the zone' } },
    async by => {
      const world = await begin(30, by);
      change(world, zone(50, 'blue', ['wb2', 'ec1']));
      await world.runFor(12);
      const uuids = await ordered(world, 4, { availabilityZone: 'blue' });
      expect(new Set(placesOf(world, uuids)), 'in the zone').toEqual(new Set(['api!west!b@wb2', 'api!east!c@ec1']));
    },
  );

  it('are known to the cell that an order decided on them arrives in, however soon it follows the change', async () => {
    for (let seed = 40; seed < 50; seed += 1) {
      const world = await World.begin({ seed, weather: { processes: 2 }, layout: TWO_LEVELS });
      change(world, zone(50, 'blue', ['wb2', 'ec1']));
      // Each process of the top reads it, as one that takes a request does; none of them has sent it down.
      for (const process of world.root.processes) await process.engine.globals.load();
      const uuids = await ordered(world, 4, { availabilityZone: 'blue' });
      expect(['api!west!b@wb2', 'api!east!c@ec1']).toEqual(expect.arrayContaining(placesOf(world, uuids)));
    }
  });

  it('reach a thousand strong a cell that joins, in messages of bounded size', async () => {
    const world = await begin(31);
    const hosts = Array.from({ length: 40 }, (_, n) => `a-host-with-quite-a-long-name-${n}`);
    const items = Array.from(
      { length: 1000 },
      (_, n): GlobalItem => ({
        ...zone(100 + n, 'blue', hosts),
        id: String(n),
      }),
    );
    world.root.database.globals = { version: 1099, items: [...world.root.database.globals.items, ...items] };
    await world.runFor(40);
    for (const cell of world.cells.values()) expect([cell.path, cell.database.globals.version]).toEqual([cell.path, 1099]);
    for (const cell of world.cells.values()) expect(cell.database.globals.items).toHaveLength(1000 + FLAVORS.length);
  });
});
