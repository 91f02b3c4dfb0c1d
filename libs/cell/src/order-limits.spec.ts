import { expect, it } from 'vitest';
import { type Envelope, type Frame, MAX_HOPS } from '#contracts';
import { cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild, sampleReport } from '#simulation';
import { sampleEnvelope, sampleSpec, seededRandom } from '#testing';
import { Cell } from './cell.js';
import { CellEngine } from './engine.js';

const UUID = '00000000-0000-4000-8000-000000000001';
const NOW = Date.UTC(2026, 0, 1);
const SHAPE = '1/1024/10';
const total = { vcpus: 8, memoryMb: 8192, diskGb: 100 };
const used = { vcpus: 0, memoryMb: 0, diskGb: 0 };
const POOLS = [{ zone: 'nova', hypervisorType: 'fake', traits: [], hosts: 1, total, used, fits: { [SHAPE]: 8 } }];

/** An inner cell with two children that have room. */
const innerCell = (path: string) => {
  const database = new MemoryDatabase();
  let now = NOW;
  const clock = { now: () => now, sleep: async () => {} };
  const random = seededRandom(1);
  const store = new MemoryCellStore({ database, clock, random, top: false });
  const engine = new CellEngine({ cell: new Cell({ path: cellPath(path), clock, random, log: silentLogger }), store });
  for (const name of ['a', 'b']) {
    const report = { ...sampleReport(`${path}!${name}`, NOW), pools: POOLS, hostsUp: 1 };
    database.children.put(name, sampleChild(name, { report, lastSeenAt: NOW + 60_000 }));
  }
  return {
    path,
    database,
    at: (time: number) => {
      now = time;
    },
    async receive(envelope: Envelope): Promise<Envelope[]> {
      await engine.receive([{ id: envelope.id, envelopes: [envelope] }]);
      expect(database.parked).toEqual([]);
      const sent = [...database.outbox.values()].flatMap(({ frame }) => (JSON.parse(frame.body) as Frame).envelopes);
      database.outbox.clear();
      return sent;
    },
  };
};

const order = (target: string, deadline: number, hops = 0): Envelope =>
  sampleEnvelope('order', {
    method: 'instance.build',
    target,
    deadline,
    hops,
    payload: { spec: sampleSpec(UUID), epoch: 1, globalsVersion: 0 },
  });

const rejection = (epoch: number, source: string): Envelope =>
  sampleEnvelope('rejection', {
    method: 'build.rejected',
    source,
    target: 'api!west',
    payload: {
      instanceUuid: UUID,
      epoch,
      highestEpoch: epoch,
      fault: { code: 500, message: 'No valid host was found.', details: null, created: NOW },
      trail: [],
      countedFrom: { epoch: 0, generation: NOW },
      events: [],
    },
  });

it('an order is passed on with the deadline that it came with, to the second child too, and given back when there is no time left', async () => {
  const cell = innerCell('api!west');
  const deadline = NOW + 30_000;
  const [first] = await cell.receive(order(cell.path, deadline));
  expect(first).toMatchObject({ method: 'instance.build', deadline, hops: 1 });
  cell.at(NOW + 10_000);
  const [second] = await cell.receive(rejection(2, first!.target));
  expect(second).toMatchObject({ method: 'instance.build', deadline });
  expect(second!.target).not.toBe(first!.target);

  const late = innerCell('api!west');
  const [only] = await late.receive(order(late.path, deadline));
  late.at(deadline);
  const [back] = await late.receive(rejection(2, only!.target));
  expect(back).toMatchObject({ method: 'build.rejected', target: 'api' });
  expect(JSON.stringify(back!.payload)).toContain('no time is left to try another cell');
});

it('an order that passed more cells than the limit is given back, and says so', async () => {
  const cell = innerCell('api!west');
  const [back] = await cell.receive(order(cell.path, NOW + 30_000, MAX_HOPS + 1));
  expect(back).toMatchObject({ method: 'build.rejected' });
  expect(JSON.stringify(back!.payload)).toContain(`the order passed more than ${MAX_HOPS} cells`);
});

it('an order says how many cells it has passed, whoever of them wrote it last', async () => {
  const deep = innerCell('api!a!b!c');
  const [passedOn] = await deep.receive(order(deep.path, NOW + 30_000, 2));
  expect(passedOn).toMatchObject({ method: 'instance.build', hops: 3 });
});
