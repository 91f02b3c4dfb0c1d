import { beforeEach, describe, expect, it } from 'vitest';
import type { Below } from '#cell';
import type { AdminOperationName, AdminRequest, AdminResult, BuildSpec } from '#contracts';
import { type CellPath, CloudError, type RequestId, requestId } from '#domain';
import { explain } from '#scheduling';
import { sampleSpec } from '#testing';
import { Dice } from './dice.js';
import { World } from './world.js';

/* What the cells say of their decisions, against what they then do. Three levels, in calm weather: four hosts of 8 vCPUs and 8 GB each. */

const LAYOUT = { cells: { west: { cells: { a: { hosts: ['a1', 'a2'] }, b: { hosts: ['b1'] } } }, east: { hosts: ['e1'] } } };
const flavorOf = (name: string, vcpus: number, memoryMb: number): BuildSpec['flavor'] => ({
  flavorId: name,
  name,
  vcpus,
  memoryMb,
  rootGb: 10,
  ephemeralGb: 0,
  swapMb: 0,
  extraSpecs: {},
});
/** As every world has them. */
const SMALL = flavorOf('small', 1, 1024);
const MEDIUM = flavorOf('medium', 2, 2048);
const LARGE = flavorOf('large', 5, 4096);
const HUGE = flavorOf('huge', 5, 8193);
const DRY = { imageProperties: {}, availabilityZone: null, group: null, projectId: 'project' };

const UNLIMITED = { instances: -1, cores: -1, ramMb: -1 };

const dice = new Dice('explained servers');
let world: World;
beforeEach(async () => {
  world = await World.begin({ seed: 7, weather: {}, layout: LAYOUT });
});

const below = (path: string): Below => ({
  askChild: async (name, query) => {
    const child = world.cell(`${path}!${name}`);
    if (!child.link?.up) throw new CloudError('unavailable', `${child.path} did not answer in time`);
    return JSON.parse(JSON.stringify(await child.processes[0]!.engine.answer(JSON.parse(JSON.stringify(query)), below(child.path))));
  },
  askHost: () => Promise.reject(new Error('no host is asked')),
});

/** While the world goes on. */
const ask = async <O extends AdminOperationName>(operation: O, request: AdminRequest<O>, cell = 'api'): Promise<AdminResult<O>> => {
  const operator = { userId: 'operator', requestId: 'req-operator' };
  const deadline = world.timeline.now() + 60_000;
  const order = { cell: cell as CellPath, operation, request, operator, deadline };
  const asking = world.cell(cell).processes[0]!.engine.admin.ask(order, below(cell));
  asking.catch(() => undefined);
  await world.runFor(3);
  return asking;
};

const ctxOf = (request: RequestId) => ({
  requestId: request,
  userId: 'user',
  projectId: 'project',
  roles: new Set(['member']),
  deadline: world.timeline.now() + 60_000,
});

let created = 0;
const create = async (count: number, flavor: BuildSpec['flavor']): Promise<{ uuids: string[]; request: string }> => {
  created += 1;
  const request = requestId(`00000000-0000-4000-8000-${String(created).padStart(12, '0')}`);
  const uuids = Array.from({ length: count }, () => dice.random.uuid());
  const orders = uuids.map(uuid => ({
    spec: sampleSpec(uuid, { requestId: request, flavor, name: uuid }),
    columns: { project_id: 'project' },
  }));
  void world.root.processes[0]!.orders.createServers(ctxOf(request), orders, UNLIMITED);
  await world.runFor(15);
  return { uuids, request };
};
/** Its room is free, and told at the top, when it ends. */
const remove = async (uuid: string): Promise<void> => {
  void world.root.processes[0]!.orders.deletions.delete(ctxOf(requestId(dice.random.uuid())), uuid);
  await world.runFor(15);
};
const serverOf = (uuid: string) => world.root.database.instances.get(uuid)!;
const activeIn = (uuids: readonly string[], path: string) =>
  uuids.filter(uuid => serverOf(uuid).vmState === 'active' && serverOf(uuid).cellPath?.startsWith(path)).length;
const show = (id: string, cell?: string) => ask('explain.show', { id, limit: 50, marker: null }, cell);
const told = ({ instance, decisions }: AdminResult<'explain.show'>['servers'][number]) =>
  decisions.map(one => explain({ ...one, instanceUuid: instance }));

describe('how many more fit', () => {
  it.each([
    ['small', SMALL, 32],
    ['medium', MEDIUM, 16],
    ['large', LARGE, 4],
  ])('of %s is how many then really get in, cell by cell', async (flavorId, flavor, expected) => {
    const { total, cells } = await ask('fit.show', { flavorId, availabilityZone: null });
    expect(total).toBe(expected);
    expect(cells.map(({ path, fits, health }) => [path, fits, health])).toEqual([
      ['api!east', expected / 4, 'up'],
      ['api!west', (3 * expected) / 4, 'up'],
    ]);
    const { uuids } = await create(total + 3, flavor);
    for (const { path, fits } of cells) expect(activeIn(uuids, path)).toBe(fits);
    expect(uuids.filter(uuid => serverOf(uuid).vmState === 'error')).toHaveLength(3);
    expect((await ask('fit.show', { flavorId, availabilityZone: null })).total).toBe(0);
  });

  it('is true for a cell in use, at each level, and host by host where the hosts are its own', async () => {
    await create(5, LARGE);
    await create(3, MEDIUM);
    const root = await ask('fit.show', { flavorId: 'small', availabilityZone: null });
    const west = await ask('fit.show', { flavorId: 'small', availabilityZone: null }, 'api!west');
    const leaves = await Promise.all(
      ['api!west!a', 'api!west!b', 'api!east'].map(cell => ask('fit.show', { flavorId: 'small', availabilityZone: null }, cell)),
    );
    expect(west.total).toBe(leaves[0]!.total + leaves[1]!.total);
    expect(root.total).toBe(west.total + leaves[2]!.total);
    expect(leaves[0]!.cells).toEqual([
      { path: 'api!west!a', fits: leaves[0]!.total, reserved: 0, reportedAt: null, ageSeconds: null, health: 'up' },
    ]);
    const { uuids } = await create(root.total + 2, SMALL);
    expect(activeIn(uuids, 'api')).toBe(root.total);
  });

  it('leaves out a cell that is not heard of, and says so', async () => {
    world.cell('api!west').link!.set(false);
    await world.runFor(40);
    const { total, cells } = await ask('fit.show', { flavorId: 'small', availabilityZone: null });
    expect(total).toBe(8);
    expect(cells[1]).toMatchObject({ path: 'api!west', fits: 0, health: 'mute' });
    expect(cells[1]!.ageSeconds).toBeGreaterThan(30);
    await expect(ask('fit.show', { flavorId: 'none', availabilityZone: null })).rejects.toMatchObject({ kind: 'notFound' });
  });
});

describe('a server is explained', () => {
  it('by every cell that chose, and their choices are where it is', async () => {
    for (let n = 0; n < 4; n += 1) {
      const { uuids, request } = await create(1, MEDIUM);
      const { host, cellPath } = serverOf(uuids[0]!);
      for (const id of [uuids[0]!, request]) {
        const { servers, next } = await show(id);
        expect(servers).toHaveLength(1);
        expect(next).toBeNull();
        expect(servers[0]).toMatchObject({ instance: uuids[0], requestId: request, unreachable: [] });
        const levels = told(servers[0]!);
        expect(levels.map(({ cell }) => cell)).toEqual(cellPath === 'api!east' ? ['api', 'api!east'] : ['api', 'api!west', cellPath]);
        expect([...levels.slice(0, -1).map(level => level.chosen), host]).toEqual([...cellPath!.split('!').slice(1), host]);
        expect(levels.at(-1)).toMatchObject({ among: 'hosts', chosen: host, tieBreakSeed: uuids[0] });
      }
    }
  });

  it('also by the cells that gave it back, and with what would have been enough', async () => {
    // No report knows this flavor, and the sums leave room: cells are asked that find no host for it.
    const [uuid] = (await create(1, HUGE)).uuids;
    expect(serverOf(uuid!).vmState).toBe('error');
    expect(JSON.parse(serverOf(uuid!).fault!.details!).explain).toBe(`/os-cells/explain/${uuid}`);
    const levels = told((await show(uuid!)).servers[0]!);
    const choices = levels.map(({ cell, among, chosen }) => [cell, among, chosen]);
    expect(choices).toEqual([
      ['api', 'cells', 'west'],
      ['api', 'cells', null],
      ['api!west', 'cells', 'a'],
      ['api!west', 'cells', null],
      ['api!west!a', 'hosts', null],
    ]);
    expect(levels.at(-1)!.nearestMiss).toEqual({ name: 'a1', needs: { memoryMb: 1 }, text: 'needs 1 MB more on a1' });
    expect(levels[1]!.candidates.map(({ name, verdicts }) => [name, verdicts.find(({ passed }) => !passed)?.filter])).toEqual([
      ['east', 'CellCapacity'],
      ['west', 'CellNotTried'],
    ]);
  });

  it('with what is missing now on hosts of cells that were not asked, and where it would go once there is room', async () => {
    const taken = await create(4, LARGE);
    const [uuid] = (await create(1, LARGE)).uuids;
    expect(serverOf(uuid!).vmState).toBe('error');
    const answer = await show(uuid!);
    expect(told(answer.servers[0]!).map(({ cell, chosen }) => [cell, chosen])).toEqual([['api', null]]);
    const leaves = told(answer.now!).filter(level => level.among === 'hosts');
    expect(leaves.map(({ cell }) => cell).sort()).toEqual(['api!east', 'api!west!a', 'api!west!b']);
    for (const { nearestMiss } of leaves) expect(nearestMiss?.text).toMatch(/^needs 2 vCPUs more on [abe]\d$/);
    expect(answer.now).toMatchObject({ instance: uuid, place: null });

    const [freed] = taken.uuids;
    const { cellPath, host } = serverOf(freed!);
    await remove(freed!);
    expect((await show(uuid!)).now?.place).toBe(`${cellPath}@${host}`);
    expect((await show(taken.uuids[1]!)).now).toBeNull();
    expect(await world.comeToRest()).toEqual([]);
  });

  it('as far as the cells on its way answer', async () => {
    await create(24, SMALL);
    const { uuids } = await create(4, SMALL);
    const uuid = uuids.find(one => serverOf(one).cellPath?.startsWith('api!west'))!;
    const leaf = serverOf(uuid).cellPath!;
    world.cell(leaf).link!.set(false);
    const { servers } = await show(uuid);
    expect(servers[0]!.unreachable).toEqual([leaf]);
    expect(told(servers[0]!).map(({ cell }) => cell)).toEqual(['api', 'api!west']);
    expect(told((await show(uuid, leaf)).servers[0]!).map(({ cell, among }) => [cell, among])).toEqual([[leaf, 'hosts']]);
  });

  it('with those of the same request, page by page', async () => {
    const { uuids, request } = await create(5, SMALL);
    const first = await ask('explain.show', { id: request, limit: 3, marker: null });
    const second = await ask('explain.show', { id: request, limit: 3, marker: first.next });
    expect([...first.servers, ...second.servers].map(server => server.instance)).toEqual([...uuids].sort());
    expect(second.next).toBeNull();
    expect([...first.servers, ...second.servers].every(server => server.decisions.length >= 2)).toBe(true);
  });

  it('unless nothing is known of it', async () => {
    await expect(show('00000000-0000-4000-8000-00000000dead')).rejects.toMatchObject({ kind: 'notFound' });
    await expect(show('req-nobody')).rejects.toThrow("Cell api keeps no decision about 'req-nobody'");
  });
});

describe('a dry run', () => {
  const dryRun = (flavorId: string, count: number, cell?: string) => ask('explain.dryRun', { ...DRY, flavorId, count }, cell);

  it('places as many as really fit, on the hosts, and takes nothing', async () => {
    await create(3, LARGE);
    const { total } = await ask('fit.show', { flavorId: 'medium', availabilityZone: null });
    const { servers } = await dryRun('medium', total + 2);
    expect(servers.filter(server => server.place !== null)).toHaveLength(total);
    for (const { place, decisions } of servers) {
      if (place === null) continue;
      const last = decisions.at(-1)!;
      expect(place).toBe(`${last.cell}@${last.decision.chosen}`);
      expect(last.decision.complete).toBe(true);
    }
    expect((await ask('fit.show', { flavorId: 'medium', availabilityZone: null })).total).toBe(total);
    expect([...world.cells.values()].flatMap(cell => cell.database.reservations.all())).toEqual([]);
    expect(await world.comeToRest()).toEqual([]);
  });

  it('that finds no room tells what is missing on the hosts of the cells that are nearest', async () => {
    await create(4, LARGE);
    const { servers } = await dryRun('large', 1);
    const levels = told(servers[0]!);
    expect(servers[0]!.place).toBeNull();
    expect(levels[0]).toMatchObject({ cell: 'api', chosen: null });
    const leaves = levels.filter(level => level.among === 'hosts');
    expect(leaves.map(({ cell }) => cell).sort()).toEqual(['api!east', 'api!west!a', 'api!west!b']);
    for (const { nearestMiss } of leaves) expect(nearestMiss?.text).toMatch(/^needs 2 vCPUs more on [abe]\d$/);
  });

  it('of a cell below is the same below it', async () => {
    const { servers } = await dryRun('small', 2, 'api!west!b');
    expect(servers.map(server => server.place)).toEqual(['api!west!b@b1', 'api!west!b@b1']);
  });

  it('of a server for one host tells at each level that the host was asked for, and how', async () => {
    const onHosts = ['api!west!a@a2'];
    for (const [forced, asked] of [
      [true, 'forced'],
      [false, 'named'],
    ] as const) {
      const { servers } = await ask('explain.dryRun', { ...DRY, flavorId: 'small', count: 1, onHosts, forced });
      expect(servers[0]!.place).toBe('api!west!a@a2');
      expect(told(servers[0]!).map(level => [level.cell, level.asked, level.chosen])).toEqual([
        ['api', asked, 'west'],
        ['api!west', asked, 'a'],
        ['api!west!a', asked, 'a2'],
      ]);
    }
  });

  it('names the cell that does not answer', async () => {
    for (const name of ['west', 'east']) world.cell(`api!${name}`).link!.set(false);
    const { servers } = await dryRun('small', 1);
    expect(servers[0]).toMatchObject({ place: null });
    expect(['api!west', 'api!east']).toContain(servers[0]!.unreachable[0]);
  });
});
