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

const sync = async (body: object) => {
  const operator = { userId: 'root', requestId: 'req-1' };
  const door = { path: api.path, ask: (order: Parameters<typeof api.engine.admin.ask>[0]) => api.engine.admin.ask(order, api) };
  const call = { door: door as never, params: {}, query: {}, url: '', now: clock.now(), operator, deadline: clock.now() + 10_000 };
  return (await route.handle(call, checkedBody(route, body))) as { sync: { cells: { cell: string }[]; unreachable: object[] } } | undefined;
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
    expect(await sync({ project_id: 'p', updated_since: '2026-01-01T00:00:00Z', deleted: false })).toBeUndefined();
    expect(sentDown()).toEqual(['child/west']);
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
    [{ host: 'h1' }, "'host'"],
  ])('refuses %j', async (body, named) => {
    await expect(sync(body)).rejects.toMatchObject({ kind: 'invalid', message: expect.stringContaining(named) });
  });
});
