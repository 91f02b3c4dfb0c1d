import { beforeEach, describe, expect, it } from 'vitest';
import { type CellStore, type Neighbour, OUTBOX_TAKEOVER_MS, rangeDigest } from '#cell';
import { sampleEnvelope, sampleSpec } from '#testing';
import { sampleChild, sampleReport } from '../sample-rows.js';
import { A, B, type StoreSuite, uuidOf } from './store-suite.contract.js';

/** The cells below, and what they hold. */
export const describeChildren = (suite: StoreSuite): void => {
  const { instance, read, write } = suite;

  describe('children', () => {
    it('are read in the order of their names, with their last reports', async () => {
      const west = sampleChild('west', { report: sampleReport('api!west', 4), lastSeenAt: 8 });
      await write(tx => {
        tx.children.put(west);
        tx.children.put(sampleChild('east'));
      });
      expect(await suite.second.readChildren()).toEqual([sampleChild('east'), west]);
    });

    it('are placed in by their newest reports, whichever process took them in', async () => {
      await write(tx => {
        for (const name of ['east', 'west']) tx.children.put(sampleChild(name));
      });
      const numbers = (store: CellStore) =>
        store.transact({ placement: true }, ({ work: tx }) => tx.children.all().map(({ report }) => report?.version.generation ?? null));
      expect(await numbers(suite.first)).toEqual([null, null]);
      const reporting = (store: CellStore, number: number) =>
        store.transact({ children: ['west'] }, ({ work: tx }) => {
          tx.children.put({ ...tx.children.get('west')!, report: sampleReport('api!west', number), lastSeenAt: number });
        });
      await reporting(suite.first, 4);
      expect([await numbers(suite.first), await numbers(suite.second)]).toEqual([
        [null, 4],
        [null, 4],
      ]);
      await reporting(suite.second, 5);
      expect([await numbers(suite.first), await numbers(suite.second)]).toEqual([
        [null, 5],
        [null, 5],
      ]);
    });

    it('keep what an operator wants of them, also when they report', async () => {
      const steered = sampleChild('west', {
        enabled: false,
        disabledReason: 'new disks',
        draining: 40,
        drainFrom: 7,
        weightOffset: -1.5,
        weightScale: 0.25,
        quota: { instances: 5, cores: null, ramMb: 2048 },
      });
      await write(tx => tx.children.put(steered));
      await suite.first.transact({ children: ['west'] }, ({ work: tx }) => tx.children.put({ ...tx.children.get('west')!, lastSeenAt: 9 }));
      expect(await suite.second.readChildren()).toEqual([{ ...steered, lastSeenAt: 9 }]);
    });

    it('tell which servers are in them, without those that are gone or elsewhere', async () => {
      await write(tx => {
        tx.instances.put({ ...instance(A), nextHop: 'west' });
        tx.instances.put({ ...instance(B), nextHop: 'west' });
        tx.instances.put({ ...instance(uuidOf(3)), nextHop: 'west', deletedAt: 5 });
        tx.instances.put({ ...instance(uuidOf(4)), nextHop: 'east' });
        tx.instances.put(instance(uuidOf(5)));
      });
      expect(await suite.second.readServersIn(['west', 'north'], 1)).toEqual([
        { child: 'west', count: 2, uuids: [A] },
        { child: 'north', count: 0, uuids: [] },
      ]);
      expect(await suite.second.readServersIn(['east'], 0)).toEqual([{ child: 'east', count: 1, uuids: [] }]);
      expect(await suite.second.readServersIn([], 1)).toEqual([]);
    });
  });

  describe('joins', () => {
    const join = {
      name: 'west',
      tokenHash: 'a'.repeat(64),
      expiresAt: 5,
      account: 'api.cell-west',
      passwordHash: 'b'.repeat(48),
      redeemedAt: 3,
      joinedAt: null,
      removedAt: null,
    };
    const readJoin = (name: string) => suite.second.transact({ joins: [name] }, ({ work }) => work.joins.get(name));

    it('come back as they were written', async () => {
      await suite.first.transact({ joins: ['west'] }, ({ work }) => work.joins.put(join));
      expect(await readJoin('west')).toEqual(join);
      expect(await readJoin('east')).toBeUndefined();
    });

    it('make the second of two transactions wait for the first', async () => {
      await suite.first.transact({ joins: ['west'] }, ({ work }) => work.joins.put(join));
      const claim = (store: CellStore, passwordHash: string) =>
        store.transact({ joins: ['west'] }, ({ work }) => {
          const row = work.joins.get('west')!;
          if (row.joinedAt === null) work.joins.put({ ...row, passwordHash, joinedAt: 7 });
          return row.joinedAt === null;
        });
      const won = await Promise.all([claim(suite.first, 'c'.repeat(48)), claim(suite.second, 'd'.repeat(48))]);
      expect([...won].sort()).toEqual([false, true]);
      expect((await readJoin('west'))?.passwordHash).toBe((won[0] ? 'c' : 'd').repeat(48));
    });

    it('a child that is removed is gone, and what waits to be sent to it goes', async () => {
      await write(tx => {
        tx.children.put(sampleChild('west'));
        tx.children.put(sampleChild('east'));
        for (const name of ['west', 'east']) tx.outbox.add({ destination: { to: 'child', name }, envelope: sampleEnvelope(name) });
      });
      await suite.first.transact({ children: ['west'] }, ({ work }) => work.children.remove('west'));
      await suite.first.dropOutboxTo('west');
      expect((await suite.second.readChildren()).map(child => child.name)).toEqual(['east']);
      suite.stores.advance(OUTBOX_TAKEOVER_MS + 1);
      expect((await suite.second.takeOutbox(10)).map(frame => frame.destination)).toEqual(['child/east']);
    });
  });

  describe('what is in a child', () => {
    const useOf = (name: string) => read(tx => tx.children.get(name)?.used);
    const send = (uuid: string, child: string | null) =>
      suite.first.transact({ instances: [uuid], requestSpecs: [uuid], placement: true }, ({ work: tx }) => {
        tx.requestSpecs.put({ uuid, spec: sampleSpec(uuid) });
        tx.instances.put({ ...(tx.instances.get(uuid) ?? instance(uuid)), nextHop: child });
      });
    const one = { instances: 1, cores: 1, ramMb: 1024 };
    const none = { instances: 0, cores: 0, ramMb: 0 };
    beforeEach(() =>
      write(tx => {
        for (const name of ['east', 'west']) tx.children.put(sampleChild(name));
      }),
    );

    it('is counted from when it is sent there until it ends or is taken back', async () => {
      await send(A, 'west');
      await send(B, 'west');
      expect(await useOf('west')).toEqual({ instances: 2, cores: 2, ramMb: 2048 });
      await send(A, 'east');
      expect([await useOf('west'), await useOf('east')]).toEqual([one, one]);
      await send(A, null);
      await suite.first.transact({ instances: [B], requestSpecs: [B] }, ({ work: tx }) => {
        tx.instances.put({ ...tx.instances.get(B)!, deletedAt: 5 });
        tx.requestSpecs.remove(B);
      });
      expect([await useOf('west'), await useOf('east')]).toEqual([none, none]);
    });

    it('stays counted whoever writes the child meanwhile, and so does its quota', async () => {
      const quota = { instances: 3, cores: null, ramMb: null };
      await write(tx => tx.children.put({ ...tx.children.get('west')!, quota }));
      const report = (store: CellStore, n: number) =>
        store.transact({ children: ['west'] }, ({ work: tx }) => tx.children.put({ ...tx.children.get('west')!, lastSeenAt: n }));
      await Promise.all([send(A, 'west'), report(suite.second, 5), send(B, 'west'), report(suite.first, 6)]);
      expect(await read(tx => tx.children.get('west'))).toMatchObject({ quota, used: { instances: 2, cores: 2, ramMb: 2048 } });
    });
  });

  describe('what neighbours compare', () => {
    const parent: Neighbour = { to: 'parent' };
    const west: Neighbour = { to: 'child', name: 'west' };
    const active = (uuid: string) => ({ ...instance(uuid), generation: 3, vmState: 'active' as const, taskState: null });
    const C = 'abcdef00-0000-4000-8000-000000000003';

    it('is every instance that is here, by the ranges of its uuid', async () => {
      const deleting = { ...active(B), taskState: 'deleting' as const, nextHop: 'west', updatedAt: 7 };
      const failedHere = { ...active(C), vmState: 'error' as const, cellPath: 'api' };
      await write(tx => {
        tx.instances.put(active(A));
        tx.instances.put(deleting);
        tx.instances.put(failedHere);
        tx.instances.put({ ...active(uuidOf(4)), deletedAt: 5 });
        tx.instances.put({ ...active(uuidOf(5)), vmState: 'error' });
      });
      const digests = await suite.second.digestInstances(parent, ['']);
      expect(digests.sort((a, b) => (a.range < b.range ? -1 : 1))).toEqual([
        { range: '0', count: 2, digest: rangeDigest([active(A), deleting]) },
        { range: 'a', count: 1, digest: rangeDigest([failedHere]) },
      ]);
      expect(await suite.first.digestInstances(parent, ['ab', '12'])).toEqual([
        { range: 'abc', count: 1, digest: rangeDigest([failedHere]) },
      ]);
      expect(await suite.second.listCompared(parent, [A.slice(0, 35), 'ff'])).toMatchObject([
        { uuid: A, epoch: 1, generation: 3, taskState: null },
        { uuid: B, epoch: 1, generation: 3, taskState: 'deleting', updatedAt: 7 },
      ]);
    });

    it('with a child, is what points to it and is not deleted', async () => {
      await write(tx => {
        tx.instances.put({ ...active(A), nextHop: 'west' });
        tx.instances.put({ ...active(B), nextHop: 'east' });
        tx.instances.put({ ...active(C), nextHop: 'west', deletedAt: 5 });
      });
      expect(await suite.first.digestInstances(west, [''])).toEqual([{ range: '0', count: 1, digest: rangeDigest([active(A)]) }]);
      expect((await suite.first.listCompared(west, [''])).map(row => row.uuid)).toEqual([A]);
      expect(await suite.first.digestInstances({ to: 'child', name: 'nobody' }, [''])).toEqual([]);
    });
  });
};
