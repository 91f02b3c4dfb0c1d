import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { cellMethods, computeMethods, type Envelope, type Frame, type MethodTable, type ProtocolRange } from '#contracts';
import { cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild } from '#simulation';
import { seededRandom } from '#testing';
import { Cell } from './cell.js';
import { CellEngine } from './engine.js';
import { orderedInstance } from './instances.js';

const UUID = '00000000-0000-4000-8000-000000000001';
const NOW = Date.UTC(2026, 0, 1);

/* A release that is to come: a message with a field more, which has a default, and a method that the one before does not know. */
const OLD: ProtocolRange = { oldest: 1, newest: 1 };
const NEW: ProtocolRange = { oldest: 1, newest: 2 };
const all: MethodTable = { ...cellMethods, ...computeMethods };
const { 'instance.unknown': added, ...oldMethods } = all;
const recall = cellMethods['instance.recall'];
const newMethods: MethodTable = {
  ...all,
  'instance.unknown': { ...added!, since: 2 },
  'instance.recall': { ...recall, payload: recall.payload.extend({ why: z.string().default('it is elsewhere') }) },
};

const side = (path: string, protocol: ProtocolRange, methods: MethodTable) => {
  const database = new MemoryDatabase();
  const clock = { now: () => NOW, sleep: async () => {} };
  const random = seededRandom(1);
  const store = new MemoryCellStore({ database, clock, random, top: path === 'api' });
  const cell = new Cell({ path: cellPath(path), clock, random, log: silentLogger, protocol, methods });
  const engine = new CellEngine({ cell, store });
  const sent = (): Envelope[] => {
    const frames = [...database.outbox.values()].map(({ frame }) => JSON.parse(frame.body) as Frame);
    database.outbox.clear();
    return frames.flatMap(frame => frame.envelopes);
  };
  const send = async (work: Parameters<typeof store.transact<void>>[1]): Promise<Envelope[]> => {
    await store.transact({ instances: [UUID] }, work);
    return sent();
  };
  const receive = (envelopes: Envelope[]) => engine.receive([{ id: random.uuid(), envelopes }]);
  return { cell, engine, database, sent, send, receive };
};

const retold = { instanceUuid: UUID, version: { epoch: 1, generation: 1 } };

describe('a cell of the next release and one of this', () => {
  it('talk in the version that both speak, once they have heard of each other', async () => {
    const parent = side('api', NEW, newMethods);
    const child = side('api!west', OLD, oldMethods);
    expect((await parent.send(({ work }) => parent.cell.sendToChild(work, 'west', 'instance.retell', 'r', retold)))[0]).toMatchObject({
      protocol: 1,
      speaks: NEW,
    });
    parent.cell.protocols.hear('api!west', NEW);
    expect(parent.cell.envelope(NOW, 'instance.retell', 'api!west', 'r', retold).protocol).toBe(2);
    parent.cell.protocols.hear('api!west', OLD);
    expect(parent.cell.envelope(NOW, 'instance.retell', 'api!west', 'r', retold).protocol).toBe(1);
    child.cell.protocols.hear('api', NEW);
    expect(child.cell.envelope(NOW, 'instance.state', 'api', 'r', {}).protocol).toBe(1);
  });

  it('understand each other’s messages: a field that is missing has its default, one too many is left out', async () => {
    const fresh = side('api!west', NEW, newMethods);
    const old = side('api!west', OLD, oldMethods);
    const older = side('api', OLD, oldMethods).cell.envelope(NOW, 'instance.recall', 'api!west', 'r', { instanceUuid: UUID, epoch: 1 });
    const newer = side('api', NEW, newMethods).cell.envelope(NOW, 'instance.recall', 'api!west', 'r', {
      instanceUuid: UUID,
      epoch: 1,
      why: 'so',
    });
    for (const [cell, message] of [
      [fresh, older],
      [old, newer],
    ] as const) {
      cell.database.instances.put(UUID, orderedInstance(UUID, 1, NOW));
      await cell.receive([message]);
      expect([cell.database.parked, cell.database.instances.get(UUID)?.vmState]).toEqual([[], 'deleted']);
    }
  });

  it('are not sent what they do not know', async () => {
    const child = side('api!west', NEW, newMethods);
    const tell = () => child.send(({ work }) => child.cell.sendUp(work, 'instance.unknown', 'r', retold));
    expect(await tell()).toEqual([]);
    child.cell.protocols.hear('api', OLD);
    expect(await tell()).toEqual([]);
    child.cell.protocols.hear('api', NEW);
    expect((await tell()).map(envelope => [envelope.method, envelope.protocol])).toEqual([['instance.unknown', 2]]);
  });

  it('learn what the other speaks from whatever it says', async () => {
    const child = side('api!west', NEW, newMethods);
    const order = side('api', NEW, newMethods).cell.envelope(NOW, 'instance.recall', 'api!west', 'r', { instanceUuid: UUID, epoch: 1 });
    await child.receive([order]);
    expect(child.sent()[0]).toMatchObject({ method: 'instance.deleted', protocol: 2 });
  });
});

describe('a neighbour outside of the range', () => {
  it('is refused with a reason that says who is to be upgraded, and its message is kept', async () => {
    const parent = side('api', OLD, oldMethods);
    const ahead = side('api!west', { oldest: 2, newest: 3 }, newMethods).cell;
    const version = { epoch: 1, generation: 1 };
    await parent.receive([
      ahead.envelope(NOW, 'instance.deleted', 'api', 'r', { instanceUuid: UUID, version, countedFrom: version, events: [] }),
    ]);
    expect(parent.database.parked.map(row => row.reason)).toEqual([
      'api!west speaks protocol 2 to 3, this cell 1: this cell is to be upgraded',
    ]);
  });

  it('is seen as incompatible by an operator, for its report is taken all the same', async () => {
    const parent = side('api', { oldest: 3, newest: 4 }, newMethods);
    parent.database.children.put('west', sampleChild('west'));
    const behind = side('api!west', NEW, newMethods);
    const report = behind.engine.report({ hosts: [], children: [], reserved: [] });
    await parent.receive([behind.cell.envelope(NOW, 'capacity.report', 'api', 'r', report)]);
    const order = { cell: cellPath('api'), operation: 'cell.list', request: {}, operator: { userId: 'u', requestId: 'r' } } as const;
    const nobody = async () => undefined;
    const { neighbours } = await parent.engine.admin.ask({ ...order, deadline: NOW + 1000 }, { askChild: nobody, askHost: nobody });
    expect(neighbours.map(({ name, health }) => [name, health])).toEqual([['west', 'incompatible']]);
  });
});
