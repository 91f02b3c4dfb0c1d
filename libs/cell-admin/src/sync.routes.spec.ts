import { beforeEach, describe, expect, it } from 'vitest';
import { type Below, Cell, CellEngine, orderedInstance } from '#cell';
import { type CellPath, CloudError, cellPath, nameOf, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild, sampleStatus } from '#simulation';
import { ManualClock, sampleSpec, seededRandom } from '#testing';
import type { AdminRoute } from './admin-route.js';
import { checkedBody } from './checked-input.js';
import { syncRoutes } from './sync.routes.js';

const UUID = '11111111-0000-4000-8000-000000000001';
const [route] = syncRoutes as [AdminRoute];
let clock: ManualClock;
let api: Node;
let west: Node;

/** A cell whose children are asked in memory; one that is not there does not answer. */
class Node implements Below {
  readonly database = new MemoryDatabase();
  readonly engine: CellEngine;

  constructor(
    readonly path: CellPath,
    private readonly children: readonly Node[] = [],
  ) {
    const random = seededRandom(path.length);
    const cell = new Cell({ path, clock, random, log: silentLogger });
    this.engine = new CellEngine({ cell, store: new MemoryCellStore({ database: this.database, clock, random, top: path === 'api' }) });
  }

  has(...names: string[]): void {
    for (const name of names) this.database.children.put(name, sampleChild(name, { lastSeenAt: clock.now() }));
  }

  async askChild(name: string, query: Parameters<Below['askChild']>[1]): Promise<unknown> {
    const child = this.children.find(one => nameOf(one.path) === name);
    if (!child) throw new CloudError('unavailable', `${this.path}!${name} did not answer in time`);
    return child.engine.answer(query, child);
  }

  askHost(): Promise<unknown> {
    throw new Error('no host is asked in this test');
  }
}

/** api has west and east; west has a. Nobody answers for east and a. */
beforeEach(() => {
  clock = new ManualClock();
  west = new Node(cellPath('api!west'));
  api = new Node(cellPath('api'), [west]);
  api.has('west', 'east');
  west.has('a');
  const children = [{ name: 'a', health: 'up', enabled: true, disabledReason: null, draining: 0, drainedPercent: null }];
  const standing = { weightOffset: 0, weightScale: 1, quota: null, used: { instances: 0, cores: 0, ramMb: 0 }, lastSeenAt: clock.now() };
  const status = sampleStatus('api!west', 1, { children: children.map(child => ({ ...child, ...standing, health: 'up' as const })) });
  api.database.cellMirrors.put('api!west', { status, receivedAt: clock.now() });
  const lost = { ...orderedInstance(UUID, 1, clock.now() - 3_600_000), nextHop: 'west', placedEpoch: 1, highestEpoch: 1 };
  api.database.instances.put(UUID, lost);
  api.database.requestSpecs.put(UUID, { uuid: UUID, spec: sampleSpec(UUID) });
});

interface Told {
  readonly deadline_seconds: number;
  readonly cells: { readonly cell: string; readonly differences: object[]; readonly outside: number }[];
  readonly unreachable: { readonly cell: string; readonly reason: string }[];
}
const sync = async (body: object) => {
  const operator = { userId: 'root', requestId: 'req-1' };
  const door = { path: api.path, ask: (order: Parameters<typeof api.engine.admin.ask>[0]) => api.engine.admin.ask(order, api) };
  const deadline = clock.now() + route.seconds! * 1000;
  const call = { door: door as never, params: {}, query: {}, url: '', clock, operator, deadline };
  return (await route.handle(call, checkedBody(route, body))) as { sync: Told } | undefined;
};
const sentDown = () => [...api.database.outbox.values()].map(({ frame }) => frame.destination);

describe('sync_instances', () => {
  it('as a dry run tells what differs between each cell and its parent, and changes nothing', async () => {
    const answer = await sync({ dry_run: true });
    expect(answer?.sync).toMatchObject({
      dry_run: true,
      cells: [
        {
          cell: 'api!west',
          differences: [
            {
              instance: UUID,
              above: { epoch: 1, generation: 0 },
              below: null,
              settled: true,
              repair: 'retell',
              why: 'west does not have it',
            },
          ],
          repaired: 0,
        },
      ],
    });
    expect(sentDown()).toEqual([]);
  });

  it('names the cells that could not be compared, and compares the others', async () => {
    const answer = await sync({ dry_run: true });
    expect(answer?.sync.unreachable).toEqual(
      expect.arrayContaining([
        { cell: 'api!east', reason: 'api!east did not answer in time' },
        { cell: 'api!west!a', reason: 'api!west!a did not answer in time' },
      ]),
    );
    expect(answer?.sync.cells).toHaveLength(1);
  });

  it('mends what differs, and answers nothing, as Nova does', async () => {
    expect(await sync({ project_id: sampleSpec(UUID).projectId, updated_since: '1970-01-01T00:00:00Z', deleted: false })).toBeUndefined();
    expect(sentDown()).toEqual(['child/west']);
  });

  it('is narrowed by what Nova narrows it by, and tells what it left alone', async () => {
    const outcome = async (narrowed: object) => {
      const answer = await sync({ dry_run: true, ...narrowed });
      return answer?.sync.cells.map(({ differences, outside }) => [differences.length, outside]);
    };
    const since = (ms: number) => new Date(clock.now() - ms).toISOString();
    expect(await outcome({ project_id: 'p' })).toEqual([[0, 1]]);
    expect(await outcome({ project_id: sampleSpec(UUID).projectId })).toEqual([[1, 0]]);
    expect(await outcome({ updated_since: since(7_200_000) })).toEqual([[1, 0]]);
    expect(await outcome({ updated_since: since(1_800_000).slice(0, -1) })).toEqual([[0, 1]]);
    expect(await outcome({ deleted: false })).toEqual([[1, 0]]);
    await sync({ project_id: 'p' });
    expect(sentDown()).toEqual([]);
  });

  it('tells how long all of it may take, and which cells it did not come to in that time', async () => {
    expect(route.seconds).toBe(60);
    expect((await sync({ dry_run: true }))?.sync.deadline_seconds).toBe(60);
    for (let n = 0; n < 60; n += 1) api.has(`cell${n}`);
    api.askChild = async name => {
      await clock.advance(10_000);
      throw new CloudError('unavailable', `api!${name} did not answer in time`);
    };
    const { cells, unreachable } = (await sync({ dry_run: true }))!.sync;
    expect([cells, unreachable.length]).toEqual([[], 63]);
    const late = unreachable.filter(({ reason }) => reason === 'not compared within the 60 s that all cells together have');
    expect(late.length).toBeGreaterThan(0);
  });

  it('of one cell looks no further, and tells what it found', async () => {
    const answer = await sync({ cell: 'west!a' });
    expect(answer?.sync).toMatchObject({ dry_run: false, cells: [], unreachable: [{ cell: 'api!west!a' }] });
    expect(sentDown()).toEqual([]);
    await expect(sync({ cell: 'north' })).rejects.toMatchObject({ kind: 'notFound', message: 'Cell api!north could not be found.' });
  });

  it.each([
    [{ updated_since: 'yesterday' }, 'updated_since'],
    [{ deleted: 'yes' }, 'deleted'],
    [{ project_id: '' }, 'project_id'],
    [{ project_id: 7 }, 'project_id'],
    [{ updated_since: 1_700_000_000 }, 'updated_since'],
    [{ host: 'h1' }, "'host'"],
  ])('refuses %j', async (body, named) => {
    await expect(sync(body)).rejects.toMatchObject({ kind: 'invalid', message: expect.stringContaining(named) });
  });
});
