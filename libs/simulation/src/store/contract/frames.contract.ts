import { describe, expect, it } from 'vitest';
import { type CellStore, OUTBOX_TAKEOVER_MS, type StoredFrame } from '#cell';
import { sampleEnvelope } from '#testing';
import { A, B, idsIn, type StoreSuite } from './store-suite.contract.js';

/** What goes out, what came in, and what was not understood. */
export const describeFrames = (suite: StoreSuite): void => {
  const { instance, write } = suite;

  describe('the outbox', () => {
    const send = (store: CellStore, ...ids: string[]) =>
      store.transact({}, ({ work: tx }) => {
        for (const id of ids) tx.outbox.add({ destination: { to: 'child', name: 'west' }, envelope: sampleEnvelope(id) });
      });

    it('offers a frame per destination once it is committed, its messages in order', async () => {
      const offered: StoredFrame[] = [];
      suite.first.onFrames(frames => offered.push(...frames));
      await suite.first.transact({}, ({ work: tx }) => {
        tx.outbox.add({ destination: { to: 'child', name: 'west' }, envelope: sampleEnvelope('m1') });
        tx.outbox.add({ destination: { to: 'host', name: 'h1' }, envelope: sampleEnvelope('m2') });
        tx.outbox.add({ destination: { to: 'child', name: 'west' }, envelope: sampleEnvelope('m3') });
        expect(offered).toEqual([]);
      });
      expect(offered.map(frame => [frame.destination, idsIn(frame)])).toEqual([
        ['child/west', ['m1', 'm3']],
        ['host/h1', ['m2']],
      ]);
    });

    it('keeps what nobody sent, for anybody, when the lease of its writer is over', async () => {
      await send(suite.first, 'm1');
      await send(suite.first, 'm2');
      expect(await suite.second.takeOutbox(10)).toEqual([]);
      suite.stores.advance(5000);
      expect((await suite.second.takeOutbox(10)).flatMap(idsIn)).toEqual(['m1', 'm2']);
    });

    it('gives a frame to one process at a time, and again when that one does not see it through', async () => {
      await send(suite.first, 'm1');
      await send(suite.first, 'm2');
      suite.stores.advance(5000);
      const taken = await Promise.all([suite.first.takeOutbox(1), suite.second.takeOutbox(1), suite.first.takeOutbox(1)]);
      expect(taken.flat().flatMap(idsIn).sort()).toEqual(['m1', 'm2']);
      suite.stores.advance(OUTBOX_TAKEOVER_MS - 1000);
      expect(await suite.second.takeOutbox(10)).toEqual([]);
      suite.stores.advance(1000);
      expect((await suite.second.takeOutbox(10)).flatMap(idsIn).sort()).toEqual(['m1', 'm2']);
    });

    it('tells how much waits for whom, and since when', async () => {
      expect(await suite.first.outboxDepths()).toEqual([]);
      const writtenAt = suite.stores.now();
      await send(suite.first, 'm1');
      suite.stores.advance(1000);
      await send(suite.first, 'm2');
      await suite.first.transact({}, ({ work: tx }) => tx.outbox.add({ destination: { to: 'parent' }, envelope: sampleEnvelope('m3') }));
      const depths = await suite.second.outboxDepths();
      expect(depths.sort((a, b) => (a.destination < b.destination ? -1 : 1))).toEqual([
        { destination: 'child/west', frames: 2, oldestAt: writtenAt },
        { destination: 'parent', frames: 1, oldestAt: writtenAt + 1000 },
      ]);
    });

    it('forgets what was sent', async () => {
      await send(suite.first, 'm1');
      suite.stores.advance(5000);
      const taken = await suite.second.takeOutbox(10);
      await suite.first.deleteOutbox(taken.map(frame => frame.id));
      suite.stores.advance(60_000);
      expect(await suite.second.takeOutbox(10)).toEqual([]);
    });
  });

  describe('the inbox', () => {
    it('knows a frame again after a restart, for an hour', async () => {
      await suite.first.transact({ frames: ['f1', 'f2'] }, () => undefined);
      expect(await suite.second.transact({ frames: ['f1', 'f3'] }, ({ seen }) => [...seen])).toEqual(['f1']);
      suite.stores.advance(3_600_001);
      expect(await suite.second.prune()).toBe(3);
      expect(await suite.second.transact({ frames: ['f1'] }, ({ seen }) => [...seen])).toEqual([]);
    });
  });

  describe('the backlog', () => {
    it('counts what waits to be sent and since when, what is parked and what is under way', async () => {
      expect(await suite.second.readBacklog()).toEqual({ outbox: 0, parked: 0, workflows: 0, outboxSince: null });
      const outboxSince = await suite.first.transact({}, ({ work: tx }) => tx.now);
      await write(tx => {
        tx.outbox.add({ destination: { to: 'child', name: 'west' }, envelope: sampleEnvelope('m1') });
        tx.outbox.add({ destination: { to: 'child', name: 'east' }, envelope: sampleEnvelope('m2') });
        tx.parked.add({ envelope: sampleEnvelope('bad'), reason: 'not understood' });
      });
      expect(await suite.second.readBacklog()).toEqual({ outbox: 2, parked: 1, workflows: 0, outboxSince });
    });
  });

  describe('parked messages', () => {
    const park = (id: string, reason: string) =>
      suite.first.transact({}, ({ work: tx }) => tx.parked.add({ envelope: sampleEnvelope(id), reason }));

    it('are listed from the newest, a page at a time, and counted', async () => {
      expect(await suite.second.countParked()).toEqual({ count: 0, oldestAt: null });
      const oldestAt = suite.stores.now();
      for (const id of ['a', 'b', 'c', 'd']) {
        await park(id, `${id} is wrong`);
        if (id !== 'b') suite.stores.advance(1000);
      }
      const ids = async (limit: number, marker?: string) => (await suite.second.listParked(limit, marker)).map(row => row.envelope.id);
      expect(await ids(2)).toEqual(['d', 'c']);
      expect(await ids(2, 'c')).toEqual(['b', 'a']);
      expect(await ids(2, 'b')).toEqual(['a']);
      expect(await ids(2, 'gone')).toEqual([]);
      expect(await suite.second.findParked('a')).toEqual({ envelope: sampleEnvelope('a'), reason: 'a is wrong', parkedAt: oldestAt });
      expect(await suite.second.countParked()).toEqual({ count: 4, oldestAt });
    });

    it('wait no more when they are taken, unless the same transaction parks them again', async () => {
      await park('a', 'wrong');
      await park('b', 'wrong');
      suite.stores.advance(10);
      await suite.first.transact({}, ({ work: tx }) => {
        for (const id of ['a', 'b', 'gone']) tx.unparked.add(id);
        tx.parked.add({ envelope: sampleEnvelope('b'), reason: 'still wrong' });
      });
      expect(await suite.second.listParked(10)).toEqual([
        { envelope: sampleEnvelope('b'), reason: 'still wrong', parkedAt: suite.stores.now() },
      ]);
    });
  });

  describe('pruning', () => {
    it('forgets an order that was given back after a day, and never a server whose build failed here for good', async () => {
      const failed = { ...instance(A), vmState: 'error' as const, taskState: null };
      await write(tx => {
        tx.instances.put(failed);
        tx.instances.put({ ...failed, uuid: B, cellPath: 'api!west' });
      });
      suite.stores.advance(24 * 3_600_000 + 1);
      await suite.stores.below.prune();
      expect([await suite.first.findInstance(A), (await suite.first.findInstance(B))?.deletedAt]).toEqual([undefined, null]);
    });
  });
};
