import { beforeEach, describe, expect, it } from 'vitest';
import type { AdminOperationName, Envelope } from '#contracts';
import { CloudError, cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild } from '#simulation';
import { ManualClock, sampleEnvelope, seededRandom } from '#testing';
import { Cell } from '../cell.js';
import { CellEngine } from '../engine.js';
import { orderedInstance } from '../instances.js';

const UUID = '00000000-0000-4000-8000-000000000001';

/** A leaf cell in which something goes wrong. */
let clock: ManualClock;
let database: MemoryDatabase;
let engine: CellEngine;
beforeEach(() => {
  clock = new ManualClock();
  database = new MemoryDatabase();
  const random = seededRandom(1);
  const cell = new Cell({ path: cellPath('api!west'), clock, random, log: silentLogger });
  engine = new CellEngine({ cell, store: new MemoryCellStore({ database, clock, random, top: false }) });
});

const order = (operation: AdminOperationName, request: object): Promise<unknown> => {
  const away = async () => {
    throw new CloudError('unavailable', 'nobody is below');
  };
  const operator = { userId: 'root', requestId: 'req-op' };
  const given = { cell: cellPath('api!west'), operation, request: request as never, operator, deadline: clock.now() + 10_000 };
  return engine.admin.ask(given, { askChild: away, askHost: away });
};

const receive = (id: string, envelope: Partial<Envelope>) =>
  engine.receive([{ id: `frame of ${id}`, envelopes: [sampleEnvelope(id, { deadline: clock.now() + 60_000, ...envelope })] }]);
const deletion = { method: 'instance.delete', payload: { instanceUuid: UUID, epoch: 1, requestId: 'req-d' } };
const poisoned = { method: 'instance.delete', payload: { instanceUuid: 'no uuid', epoch: 1, requestId: 'req-d' } };

describe('a message that cannot be handled', () => {
  it('is parked where an operator sees it, with its reason and all that it carries', async () => {
    await receive('m1', poisoned);
    const parked = { id: 'm1', method: 'instance.delete', source: 'api', requestId: 'req-1', reason: 'payload: instanceUuid: not a uuid' };
    expect(await order('parked.list', { limit: 10 })).toEqual({ parked: [{ ...parked, parkedAt: clock.now() }] });
    expect(await order('parked.show', { id: 'm1' })).toEqual({ ...parked, parkedAt: clock.now(), payload: poisoned.payload });
  });

  it('is handled by a replay once the fault is mended, and once however often it is replayed', async () => {
    database.parkedById.set('m1', { envelope: sampleEnvelope('m1', deletion), reason: 'a fault of ours', parkedAt: clock.now() });
    database.instances.put(UUID, orderedInstance(UUID, 1, clock.now()));
    const twice = await Promise.allSettled([order('parked.replay', { id: 'm1' }), order('parked.replay', { id: 'm1' })]);
    expect(twice.map(one => one.status === 'fulfilled' && one.value)).toEqual(Array(2).fill({ applied: true, reason: null }));
    expect(database.instances.get(UUID)?.vmState).toBe('deleted');
    expect(database.outbox.size).toBe(1);
    expect(database.parked).toEqual([]);
    await expect(order('parked.replay', { id: 'm1' })).rejects.toMatchObject({
      kind: 'notFound',
      message: 'Parked message m1 could not be found.',
    });
  });

  it('stays parked when a replay fails as well, and may be replayed again', async () => {
    await receive('m1', poisoned);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await clock.advance(1000);
      expect(await order('parked.replay', { id: 'm1' })).toEqual({ applied: false, reason: 'payload: instanceUuid: not a uuid' });
    }
    expect(database.parked.map(row => row.parkedAt)).toEqual([clock.now()]);
  });

  it('is gone when it is dropped', async () => {
    await receive('m1', poisoned);
    expect(await order('parked.drop', { id: 'm1' })).toEqual({ dropped: true });
    expect(await order('parked.list', { limit: 10 })).toEqual({ parked: [] });
    await expect(order('parked.drop', { id: 'm1' })).rejects.toMatchObject({ kind: 'notFound' });
    await expect(order('parked.list', { limit: 10, marker: 'm1' })).rejects.toMatchObject({ kind: 'notFound' });
  });
});

describe('the queues of a cell', () => {
  it('are told with how much waits in them, and for how long', async () => {
    await receive('m1', poisoned);
    await receive('m2', deletion);
    await clock.advance(5000);
    expect(await order('queues.list', {})).toEqual({
      queues: [
        { name: 'outbox to parent', messages: 1, consumers: null, oldestSeconds: 5 },
        { name: 'parked', messages: 1, consumers: null, oldestSeconds: 5 },
      ],
    });
  });
});

describe('a comparison that an operator asks for', () => {
  it('needs a child that there is, and that answers', async () => {
    await expect(order('cell.compare', { child: 'a', dryRun: true })).rejects.toMatchObject({ kind: 'notFound' });
    database.children.put('a', sampleChild('a'));
    await expect(order('cell.compare', { child: 'a', dryRun: true })).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
