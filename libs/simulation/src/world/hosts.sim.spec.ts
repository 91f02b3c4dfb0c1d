import { describe, expect, it } from 'vitest';
import type { HostChanges } from '#contracts';
import type { Tampering } from './surroundings.js';
import type { Layout } from './tree.js';
import { World } from './world.js';

/* What operators want of hosts, at the top and in the cell that has them. Each story on a seed of its own. */

const DEEP: Layout = { cells: { west: { cells: { a: { hosts: ['h1', 'h2'] } } } } };
const LEAF = 'api!west!a';
const H1 = { cellPath: LEAF, host: 'h1' };
const IMAGE = {
  ...{ id: 'i', name: 'i', diskFormat: 'raw', sizeBytes: 1, sha512: 'ab', minDiskGb: 0, minMemoryMb: 0 },
  ...{ properties: {}, url: 'http://images.example/1', headers: {} },
};
const BROKEN = { enabled: false, disabledReason: 'broken', forcedDown: false };

const begin = (seed: number, tampering: Tampering = {}) => World.begin({ seed, layout: DEEP, tampering });
const atTheTop = (world: World) => world.root.database.hostServices.get(`${LEAF}@h1`);
const inItsCell = (world: World) => world.cell(LEAF).database.hosts.get('h1');
const order = (world: World, changes: HostChanges) => {
  const asked = world.root.processes[0]!.engine.hostOrders.update(H1, changes, 'req-1');
  return Promise.all([asked, world.runFor(0.1)]);
};
const remove = (world: World) => Promise.all([world.root.processes[0]!.engine.hostOrders.remove(H1, 'req-1'), world.runFor(0.1)]);
const build = async (world: World, servers: readonly number[]): Promise<(string | null)[]> => {
  const uuids = world.users.create(servers);
  await world.runFor(8);
  return uuids.map(uuid => world.root.database.instances.get(uuid)!.host);
};

describe('a host', () => {
  it('that is disabled at the top gets nothing new, and again when it is enabled', async () => {
    const world = await begin(1);
    await order(world, BROKEN);
    expect(atTheTop(world)).toMatchObject(BROKEN);
    await world.runFor(2);
    expect(inItsCell(world)).toMatchObject(BROKEN);
    expect(await build(world, [1, 2, 3])).toEqual(['h2', 'h2', 'h2']);
    await order(world, { enabled: true });
    await world.runFor(10);
    expect(atTheTop(world)).toMatchObject({ enabled: true, disabledReason: null });
    expect(await build(world, [4, 5, 6])).toContain('h1');
    expect(await world.comeToRest()).toEqual([]);
  });

  it('that is forced down counts as down, in its cell and in what the cell reports', async () => {
    const world = await begin(2);
    await order(world, { forcedDown: true });
    await world.runFor(12);
    expect(world.cell('api!west').database.children.get('a')?.report).toMatchObject({ hostsUp: 1, hostsDown: 1 });
    expect(world.root.database.hostMirrors.get(`${LEAF}@h1`)).toMatchObject({ up: true, forcedDown: true });
    expect(await build(world, [1, 2])).toEqual(['h2', 'h2']);
    expect(await world.comeToRest()).toEqual([]);
  });

  it('of a cell that is cut off is disabled when the link is back, and shown so at once', async () => {
    const world = await begin(3);
    world.do({ does: 'cut link', link: 'api!west', seconds: 400 });
    await world.runFor(1);
    await order(world, BROKEN);
    await world.runFor(300);
    expect([atTheTop(world), inItsCell(world)]).toMatchObject([BROKEN, { enabled: true }]);
    await world.runFor(110);
    expect([atTheTop(world), inItsCell(world)]).toMatchObject([BROKEN, BROKEN]);
  });

  it('is steered in its own cell while that is cut off, and the top learns of it', async () => {
    const world = await begin(4);
    world.do({ does: 'cut link', link: LEAF, seconds: 60 });
    world.do({ does: 'disable host', host: 'h1', seconds: 500, locally: true });
    await world.runFor(5);
    expect([atTheTop(world), inItsCell(world)]).toMatchObject([{ enabled: true }, { enabled: false, disabledReason: 'maintenance' }]);
    await world.runFor(70);
    expect(atTheTop(world)).toMatchObject({ enabled: false, disabledReason: 'maintenance' });
  });

  it('is disabled after all when the order got lost', async () => {
    let lost = 0;
    const world = await begin(5, {
      frame: frame => ({ ...frame, envelopes: frame.envelopes.filter(one => one.method !== 'host.update' || ++lost > 1) }),
    });
    await order(world, BROKEN);
    await world.runFor(20);
    expect([atTheTop(world), inItsCell(world)]).toMatchObject([BROKEN, { enabled: true }]);
    await world.runFor(200);
    expect([atTheTop(world), inItsCell(world)]).toMatchObject([BROKEN, BROKEN]);
    expect(lost).toBeGreaterThan(1);
  });

  it('stays as it was wanted last, whichever order comes last', async () => {
    const world = await World.begin({ seed: 6, layout: DEEP, weather: { reordered: true, slowMessage: 0.4, ackLost: 0.3 } });
    for (const enabled of [false, true, false, true, false, true]) await order(world, { enabled });
    await order(world, BROKEN);
    await world.runFor(60);
    expect([atTheTop(world), inItsCell(world)]).toMatchObject([BROKEN, BROKEN]);
  });

  it('that is removed is gone, and comes back with its next report, as new', async () => {
    const world = await begin(7);
    await order(world, BROKEN);
    await world.runFor(5);
    world.host('h1').die();
    await remove(world);
    expect(atTheTop(world)).toBeUndefined();
    await world.runFor(120);
    expect([atTheTop(world), inItsCell(world)]).toEqual([undefined, undefined]);
    world.host('h1').start();
    await world.runFor(10);
    expect([atTheTop(world), inItsCell(world)]).toMatchObject([{ enabled: true }, { enabled: true }]);
    expect(await world.comeToRest()).toEqual([]);
  });

  it('that has servers is not removed', async () => {
    const world = await begin(8);
    world.do({ does: 'disable host', host: 'h2', seconds: 1000, locally: true });
    await world.runFor(10);
    expect(await build(world, [1])).toEqual(['h1']);
    await remove(world);
    await world.runFor(70);
    expect(inItsCell(world)).toMatchObject({ claims: 1 });
    expect(atTheTop(world)).toMatchObject({ enabled: true });
    expect(await world.comeToRest()).toEqual([]);
  });
});

describe('the uptime of a host', () => {
  const uptime = async (world: World) => {
    const asked = world.root.processes[0]!.query('hypervisor.uptime', H1, 5).catch((error: Error) => error.message);
    const [answer] = await Promise.all([asked, world.runFor(6)]);
    return answer;
  };

  it('is asked of the host itself, and not known while it is out of reach', async () => {
    const world = await begin(9);
    expect(await uptime(world)).toEqual({ uptime: expect.stringMatching(/ up .* load average: /) });
    world.do({ does: 'cut link', link: LEAF, seconds: 30 });
    expect(await uptime(world)).toContain('does not answer');
  });
});

it('images are fetched ahead by the hosts that are named, and by no others', async () => {
  const told: string[] = [];
  const world = await begin(10, {
    frame: frame => {
      told.push(...frame.envelopes.filter(({ method }) => method === 'images.cache').map(({ target }) => target));
      return frame;
    },
  });
  const { hostOrders } = world.root.processes[0]!.engine;
  const places = [H1, { cellPath: 'api!gone', host: 'h9' }];
  await Promise.all([hostOrders.cacheImages(places, [IMAGE], 'req-1'), world.runFor(2)]);
  expect(told).toEqual(['api!west', LEAF]);
  expect(await world.comeToRest()).toEqual([]);
});
