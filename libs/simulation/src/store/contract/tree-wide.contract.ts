import { describe, expect, it } from 'vitest';
import { type CellStore, type InstanceRow, orderedInstance, STATUS_STALE_MS, type UnitOfWork } from '#cell';
import type { CellStatus, GlobalItem } from '#contracts';
import { sampleStatus } from '../sample-rows.js';
import { A, B, type StoreSuite, uuidOf } from './store-suite.contract.js';

/** What is told of the whole tree, and to the whole tree. */
export const describeTreeWide = (suite: StoreSuite): void => {
  const { instance, write } = suite;

  describe('mirrors of cells', () => {
    const status = sampleStatus;
    const hear = (...statuses: CellStatus[]) =>
      suite.first.transact({}, ({ work: tx }) => {
        for (const one of statuses) tx.cellMirrors.add({ status: one, receivedAt: tx.now });
      });
    const kept = async (since = 0) => (await suite.second.readMirrors(since)).map(({ status: one }) => [one.path, one.version.generation]);

    it('come back as they were said, with the time when they came in', async () => {
      const said = status('api!west', 5, { queues: { outbox: 3 }, hostsUp: 2 });
      await hear(said);
      expect(await suite.second.readMirrors(0)).toEqual([{ status: said, receivedAt: suite.stores.now() }]);
    });

    it('are replaced by newer ones only, each by itself', async () => {
      await hear(status('api!west', 5), status('api!east', 5));
      await hear(status('api!west', 4), status('api!east', 6));
      await hear(status('api!west', 7), status('api!west', 6));
      expect(await kept()).toEqual([
        ['api!east', 6],
        ['api!west', 7],
      ]);
    });

    it('are replaced by an older one when nothing newer came for long: a clock was set back', async () => {
      await hear(status('api!west', 5), status('api!east', 5, { gone: true }));
      suite.stores.advance(STATUS_STALE_MS);
      await hear(status('api!west', 3));
      expect(await kept()).toContainEqual(['api!west', 5]);
      suite.stores.advance(1);
      await hear(status('api!west', 3), status('api!east', 3));
      expect(await kept()).toEqual([
        ['api!east', 5],
        ['api!west', 3],
      ]);
    });

    it('are found by the time when they came in', async () => {
      await hear(status('api!west', 5));
      suite.stores.advance(1000);
      await hear(status('api!east', 5), status('api!west', 4));
      expect(await kept(suite.stores.now())).toEqual([['api!east', 5]]);
    });

    it('of removed cells are forgotten after a week', async () => {
      await hear(status('api!west', 5), status('api!east', 5, { gone: true }));
      suite.stores.advance(7 * 24 * 3_600_000 + 1);
      await suite.first.prune();
      expect(await kept()).toEqual([['api!west', 5]]);
    });
  });

  describe('globals', () => {
    const flavor = { flavorId: '1', name: 'f', vcpus: 1, memoryMb: 1024, rootGb: 10, ephemeralGb: 0, swapMb: 0, extraSpecs: {} };
    const aggregate = { id: 7, name: 'ssd', hosts: ['h1'], metadata: { availability_zone: 'z1' } };
    const item = (version: number, body: typeof flavor | null = flavor) => ({ kind: 'flavor' as const, id: '1', version, body });
    const other = (version: number) => ({ kind: 'aggregate' as const, id: '7', version, body: aggregate });
    const take = (version: number, items: GlobalItem[]) => suite.first.transact({}, ({ work: tx }) => tx.globals.add({ version, items }));

    it('are read in the order of their changes, from where the reader is', async () => {
      expect(await suite.second.readGlobals(0)).toEqual({ version: 0, items: [] });
      await take(3, [other(3), item(2)]);
      expect(await suite.second.readGlobals(0)).toEqual({ version: 3, items: [item(2), other(3)] });
      expect(await suite.second.readGlobals(2)).toEqual({ version: 3, items: [other(3)] });
      expect(await suite.second.readGlobals(3)).toEqual({ version: 3, items: [] });
    });

    it('are replaced by newer ones only, one by one', async () => {
      await take(5, [item(5)]);
      await take(4, [item(1, null), other(4)]);
      expect(await suite.second.readGlobals(0)).toEqual({ version: 5, items: [other(4), item(5)] });
      await take(6, [item(6, null)]);
      expect(await suite.second.readGlobals(4)).toEqual({ version: 6, items: [item(6, null)] });
    });

    it('are taken in by one process after the other', async () => {
      const raise = (store: CellStore) =>
        store.transact({ globals: true }, ({ work: tx }) => {
          const version = tx.globalsVersion() + 1;
          tx.globals.add({ version, items: [item(version)] });
          expect(tx.globalsVersion()).toBe(version);
        });
      await raise(suite.first);
      await Promise.all([suite.first, suite.second, suite.first, suite.second].map(raise));
      expect(await suite.second.readGlobals(0)).toEqual({ version: 5, items: [item(5)] });
      await expect(suite.first.transact({}, ({ work }) => work.globalsVersion())).rejects.toThrow('was not loaded');
    });
  });

  describe('a server group', () => {
    const GROUP = uuidOf(90);
    const member = (uuid: string, change: Partial<InstanceRow> = {}) => ({
      ...orderedInstance(uuid, 1, suite.stores.now(), GROUP),
      ...change,
    });
    const membersOf = (tx: UnitOfWork) => tx.groups.get(GROUP)?.members.map(row => [row.uuid, row.nextHop, row.host]);

    it('comes with its members that live, when it is asked for or one of them may be placed', async () => {
      await write(tx => {
        tx.instances.put(member(A, { nextHop: 'west' }));
        tx.instances.put(member(B, { host: 'h1' }));
        tx.instances.put(member(uuidOf(3), { host: 'h1', deletedAt: 5 }));
        tx.instances.put(instance(uuidOf(4)));
      });
      const members = [
        [A, 'west', null],
        [B, null, 'h1'],
      ];
      expect(await suite.second.transact({ groups: [GROUP] }, ({ work }) => membersOf(work))).toEqual(members);
      expect(await suite.second.transact({ instances: [A], placement: true }, ({ work }) => membersOf(work))).toEqual(members);
      await expect(suite.second.transact({ instances: [A] }, ({ work }) => membersOf(work))).rejects.toThrow('was not loaded');
      expect(await suite.second.transact({ groups: [uuidOf(91)] }, ({ work }) => work.groups.get(uuidOf(91)))).toEqual({
        uuid: uuidOf(91),
        deleted: false,
        members: [],
      });
    });

    it('is joined by one process after the other', async () => {
      const join = (store: CellStore, uuid: string) =>
        store.transact({ newInstances: [uuid], groups: [GROUP], placement: true }, ({ work: tx }) => {
          const [first_] = tx.groups.get(GROUP)!.members;
          tx.instances.put(member(uuid, { nextHop: first_?.nextHop ?? `child of ${uuid}` }));
        });
      await Promise.all([3, 4, 5, 6].map((n, index) => join(index % 2 ? suite.first : suite.second, uuidOf(n))));
      const places = await suite.second.transact({ groups: [GROUP] }, ({ work }) => membersOf(work)!.map(([, child]) => child));
      expect(places).toHaveLength(4);
      expect(new Set(places).size).toBe(1);
    });

    it('is forgotten an hour after its last member has gone', async () => {
      const [HOUR_MS, other] = [3_600_000, uuidOf(92)];
      const joins = (uuid: string, change: Partial<InstanceRow>) => {
        const row = member(uuid, change);
        const wanted = { newInstances: [uuid], groups: [row.groupUuid!], placement: true };
        return suite.first.transact(wanted, ({ work: tx }) => tx.instances.put(row));
      };
      await joins(A, { host: 'h1' });
      await joins(B, { nextHop: 'west', groupUuid: other });
      const pruned = async (store: CellStore, afterMs: number) => {
        suite.stores.advance(afterMs);
        await store.prune();
        return (await suite.stores.groups()).sort();
      };
      for (const afterMs of [0, HOUR_MS]) expect(await pruned(suite.stores.below, afterMs)).toEqual([GROUP, other]);
      await suite.first.transact({ instances: [A] }, ({ work: tx }) => tx.instances.put({ ...tx.instances.get(A)!, deletedAt: tx.now }));
      expect(await pruned(suite.stores.below, HOUR_MS)).toEqual([GROUP, other]);
      expect(await pruned(suite.stores.below, HOUR_MS - 1)).toEqual([GROUP, other]);
      expect(await pruned(suite.stores.below, HOUR_MS)).toEqual([other]);
      await joins(uuidOf(3), { host: 'h1' });
      expect(await pruned(suite.stores.below, HOUR_MS)).toEqual([GROUP, other]);
    });

    it('that a user has deleted refuses for an hour who had found it before, and is forgotten then', async () => {
      await suite.stores.deleteGroup(GROUP);
      await suite.first.prune();
      const isDeleted = () => suite.second.transact({ groups: [GROUP] }, ({ work }) => work.groups.get(GROUP)?.deleted);
      expect(await isDeleted()).toBe(true);
      suite.stores.advance(3_600_000);
      await suite.first.prune();
      expect(await suite.stores.groups()).toEqual([]);
    });
  });
};
