import { beforeEach, describe, expect, it } from 'vitest';
import { cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild, sampleHost, sampleReport, sampleStatus } from '#simulation';
import { ManualClock, seededRandom } from '#testing';
import { Cell } from '../cell.js';
import { CellEngine } from '../engine.js';

let clock: ManualClock;
let database: MemoryDatabase;
let store: MemoryCellStore;
let engine: CellEngine;
beforeEach(() => {
  clock = new ManualClock();
  database = new MemoryDatabase();
  const random = seededRandom(1);
  store = new MemoryCellStore({ database, clock, random, top: false });
  engine = new CellEngine({ cell: new Cell({ path: cellPath('api!west'), clock, random, log: silentLogger }), store });
});

/** One round; gives what was sent, by frame. */
const round = async (): Promise<string[][]> => {
  const frames: string[][] = [];
  await engine.teller.tell(await store.readCapacity(), async statuses => {
    frames.push(statuses.map(status => status.path));
  });
  return frames;
};
const later = async (seconds: number) => {
  await clock.advance(seconds * 1000);
  return round();
};
const hears = (path: string, generation: number) =>
  database.cellMirrors.put(path, { status: sampleStatus(path, generation), receivedAt: clock.now() });

describe('a cell tells its parent how it stands', () => {
  it('at first, and once a minute while nothing happens', async () => {
    expect(await round()).toEqual([['api!west']]);
    const told: number[] = [];
    for (let second = 1; second <= 150; second += 1) if ((await later(1)).length) told.push(second);
    expect(told).toEqual([60, 120]);
  });

  it('at the next round when its standing has changed, and numbers after a quarter of a minute', async () => {
    await round();
    database.hosts.put('h1', sampleHost('h1', { lastSeenAt: clock.now() }));
    expect(await later(4)).toEqual([]);
    expect(await later(1)).toEqual([['api!west']]);
    database.hosts.put('h1', sampleHost('h1', { lastSeenAt: clock.now(), claims: 3 }));
    expect(await later(5)).toEqual([]);
    expect(await later(10)).toEqual([['api!west']]);
  });

  it('again when it could not be sent', async () => {
    const refuse = async () => {
      throw new Error('the broker is away');
    };
    await expect(engine.teller.tell(await store.readCapacity(), refuse)).rejects.toThrow('the broker is away');
    expect(await later(1)).toEqual([['api!west']]);
  });

  it('with what it wants of its children, and whether it hears them', async () => {
    database.children.put(
      'a',
      sampleChild('a', { report: sampleReport('api!west!a', 1), lastSeenAt: clock.now(), draining: 50, drainFrom: 0 }),
    );
    database.children.put('b', sampleChild('b'));
    const { children } = await engine.teller.status(await store.readCapacity());
    expect(children.map(child => [child.name, child.health, child.draining, child.drainedPercent])).toEqual([
      ['a', 'draining', 50, 100],
      ['b', 'never-seen', 0, null],
    ]);
    await clock.advance(20_000);
    expect((await engine.teller.status(await store.readCapacity())).children[0]?.health).toBe('mute');
  });
});

describe('a cell passes on what it hears from below', () => {
  beforeEach(() => database.children.put('a', sampleChild('a')));

  it('once, and all that is new in one frame', async () => {
    await round();
    hears('api!west!a', 1);
    hears('api!west!a!x', 1);
    expect(await later(5)).toEqual([['api!west!a', 'api!west!a!x']]);
    expect(await later(5)).toEqual([]);
    hears('api!west!a', 2);
    expect(await later(5)).toEqual([['api!west!a']]);
  });

  it('also what another process took, and committed a little late', async () => {
    await round();
    await clock.advance(5000);
    await round();
    const receivedEarlier = clock.now() - 1000;
    hears('api!west!a', 1);
    database.cellMirrors.put('api!west!a', { ...database.cellMirrors.get('api!west!a')!, receivedAt: receivedEarlier });
    expect(await later(5)).toEqual([['api!west!a']]);
  });

  it('a hundred to a frame', async () => {
    await round();
    for (let n = 0; n < 250; n += 1) hears(`api!west!a!${n}`, 1);
    expect((await later(5)).map(frame => frame.length)).toEqual([100, 100, 50]);
  });
});

describe('what comes from a child', () => {
  const receive = async (source: string, paths: string[], generation: number) => {
    const statuses = paths.map(path => sampleStatus(path, generation));
    const envelope = {
      id: `${source}-${generation}`,
      method: 'cell.status',
      protocol: 1,
      source,
      target: 'api!west',
      hops: 0,
      deadline: clock.now() + 1000,
      requestId: 'r',
      payload: { statuses },
    };
    await engine.receive([{ id: envelope.id, envelopes: [envelope] }]);
  };

  it('is kept when it is about itself or what lies below it, and comes from a child', async () => {
    database.children.put('a', sampleChild('a'));
    await receive('api!west!a', ['api!west!a', 'api!west!a!x', 'api!west!b', 'api'], 5);
    await receive('api!west!stranger', ['api!west!stranger'], 6);
    await receive('api!west!a', ['api!west!a'], 4);
    expect(database.cellMirrors.keys().sort()).toEqual(['api!west!a', 'api!west!a!x']);
    expect(database.cellMirrors.get('api!west!a')?.status.version.generation).toBe(5);
    expect(database.parked).toEqual([]);
  });
});
