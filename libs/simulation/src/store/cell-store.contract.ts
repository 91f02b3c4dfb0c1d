import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type CellStore,
  DECISIONS_KEPT_MS,
  type InstanceRow,
  type Neighbour,
  OUTBOX_TAKEOVER_MS,
  orderedInstance,
  rangeDigest,
  STATUS_STALE_MS,
  type StoredFrame,
  type UnitOfWork,
} from '#cell';
import type { CellStatus, Frame, GlobalItem } from '#contracts';
import { sampleEnvelope, sampleSpec } from '#testing';
import { describeMoves } from './cell-store-moves.contract.js';
import { sampleChild, sampleDecision, sampleHost, sampleInventory, sampleReport, sampleReservation, sampleStatus } from './sample-rows.js';

/** The stores of two processes of one cell, over one empty database. The cell is a root with children and hosts: it has every table. */
export interface StoresUnderTest {
  readonly first: CellStore;
  readonly second: CellStore;
  /** As `first`, but of a cell below the top, which forgets what is over. */
  readonly below: CellStore;
  /** Moves the clock of both, which otherwise stands still. */
  advance(milliseconds: number): void;
  now(): number;
  quotaOf(project: string): Promise<{ instances: number; cores: number; ramMb: number }>;
  parkedReasons(): Promise<string[]>;
  actionEvents(): Promise<{ instanceUuid: string; event: string }[]>;
  hostMirrorZones(): Promise<string[]>;
  close(): Promise<void>;
}

const uuidOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const A = uuidOf(1);
const B = uuidOf(2);
const ONE = { vcpus: 1, memoryMb: 1024, diskGb: 10 };

/** What every store of a cell does, whatever it keeps its rows in. */
export const describeCellStore = (name: string, makeStores: () => Promise<StoresUnderTest>): void => {
  describe(`cell store: ${name}`, () => {
    let stores: StoresUnderTest;
    let first: CellStore;
    let second: CellStore;
    beforeEach(async () => {
      stores = await makeStores();
      ({ first, second } = stores);
    });
    afterEach(() => stores.close());

    const write = (work: (tx: UnitOfWork) => void, store = first) => store.transact({ placement: true }, ({ work: tx }) => work(tx));
    const read = <T>(look: (tx: UnitOfWork) => T, store = second) =>
      store.transact({ instances: [A, B], requestSpecs: [A, B], placement: true, hosts: ['h1'] }, ({ work: tx }) => look(tx));
    const instance = (uuid: string) => orderedInstance(uuid, 1, stores.now());

    describe('rows', () => {
      it('come back as they were written', async () => {
        const placement = { triedCells: ['west'], triedHosts: ['h1'], trail: [], deleteRequest: 'req-d' };
        const fault = { code: 500, message: 'no', details: null, created: 5 };
        const full = {
          ...instance(A),
          epoch: 2,
          generation: 7,
          highestEpoch: 9,
          nextHop: 'west',
          host: 'h1',
          node: 'n1',
          placement,
          fault,
          claim: ONE,
          launchedAt: 3,
          groupUuid: uuidOf(90),
        };
        const reservation = sampleReservation(A, 'west', { zone: 'z1', countedFrom: { epoch: 0, generation: 12 } });
        await write(tx => {
          tx.instances.put(full);
          tx.instances.put(instance(B));
          tx.requestSpecs.put({ uuid: A, spec: sampleSpec(A, { metadata: { k: 'v' } }) });
          tx.reservations.put(reservation);
          tx.hosts.put(sampleHost('h1', { traits: ['T'] }));
          tx.hostInventories.put({ host: 'h1', inventory: sampleInventory('h1') });
          tx.children.put(sampleChild('west', { report: sampleReport('api!west', 4), lastSeenAt: 8 }));
        });
        await read(tx => {
          expect(tx.instances.get(A)).toEqual(full);
          expect(tx.instances.get(B)).toEqual(instance(B));
          expect(tx.requestSpecs.get(A)?.spec).toEqual(sampleSpec(A, { metadata: { k: 'v' } }));
          expect(tx.requestSpecs.get(B)).toBeUndefined();
          expect(tx.reservations.get(A)).toEqual(reservation);
          expect(tx.hosts.get('h1')).toEqual(sampleHost('h1', { traits: ['T'] }));
          expect(tx.hostInventories.get('h1')?.inventory).toEqual(sampleInventory('h1'));
          const used = { instances: 1, cores: 1, ramMb: 1024 };
          expect(tx.children.get('west')).toEqual(sampleChild('west', { report: sampleReport('api!west', 4), lastSeenAt: 8, used }));
          expect(tx.reserved).toEqual([{ child: 'west', shape: ONE, zone: 'z1', count: 1 }]);
        });
      });

      it('that were removed are gone', async () => {
        await write(tx => {
          tx.requestSpecs.put({ uuid: A, spec: sampleSpec(A) });
          tx.reservations.put(sampleReservation(A, 'west'));
        });
        await write(tx => {
          tx.requestSpecs.remove(A);
          tx.reservations.remove(A);
        });
        expect(await read(tx => [tx.requestSpecs.get(A), tx.reservations.get(A)])).toEqual([undefined, undefined]);
        expect(await first.findSpec(A)).toBeUndefined();
      });

      it('that were not asked for cannot be read', async () => {
        await expect(first.transact({}, ({ work }) => work.instances.get(A))).rejects.toThrow('was not loaded');
      });

      it('of an instance and its order are seen together or not at all', async () => {
        for (let n = 10; n < 40; n += 1) {
          const uuid = uuidOf(n);
          const wanted = { instances: [uuid], requestSpecs: [uuid], placement: true };
          const writing = first.transact({ ...wanted, frames: [`w${n}`] }, ({ work: tx }) => {
            tx.instances.put(instance(uuid));
            tx.requestSpecs.put({ uuid, spec: sampleSpec(uuid) });
          });
          const seen = second.transact({ ...wanted, frames: [`r${n}`] }, ({ work: tx }) => [
            Boolean(tx.instances.get(uuid)),
            Boolean(tx.requestSpecs.get(uuid)),
          ]);
          const [[hasRow, hasSpec]] = await Promise.all([seen, writing]);
          expect(hasSpec).toBe(hasRow);
        }
      });
    });

    describe('a transaction that fails', () => {
      it('leaves nothing, and its frames count as not handled', async () => {
        const failing = first.transact({ frames: ['f1'], instances: [A] }, ({ work: tx }) => {
          tx.instances.put(instance(A));
          tx.outbox.add({ destination: { to: 'parent' }, envelope: sampleEnvelope('m1') });
          throw new Error('refused by the test');
        });
        await expect(failing).rejects.toThrow('refused by the test');
        expect(await second.findInstance(A)).toBeUndefined();
        expect(await second.transact({ frames: ['f1'] }, ({ seen }) => [...seen])).toEqual([]);
        stores.advance(60_000);
        expect(await second.takeOutbox(10)).toEqual([]);
      });

      it('in part takes back that part alone', async () => {
        await first.transact({ instances: [A, B] }, ({ work: tx }) => {
          tx.instances.put(instance(A));
          expect(() =>
            tx.attempt(() => {
              tx.instances.put({ ...instance(A), generation: 5 });
              tx.instances.put(instance(B));
              tx.outbox.add({ destination: { to: 'parent' }, envelope: sampleEnvelope('m1') });
              throw new Error('refused by the test');
            }),
          ).toThrow('refused by the test');
          tx.outbox.add({ destination: { to: 'parent' }, envelope: sampleEnvelope('m2') });
        });
        expect(await read(tx => [tx.instances.get(A)?.generation, tx.instances.get(B)])).toEqual([0, undefined]);
        stores.advance(60_000);
        expect((await second.takeOutbox(10)).flatMap(idsIn)).toEqual(['m2']);
      });
    });

    describe('processes at once', () => {
      it('never lose a claim on the same host', async () => {
        await write(tx => tx.hosts.put(sampleHost('h1')));
        const claim = (store: CellStore) =>
          store.transact({ placement: true }, ({ work: tx }) => {
            const host = tx.hosts.get('h1')!;
            tx.hosts.put({
              ...host,
              used: { ...host.used, vcpus: host.used.vcpus + 1 },
              claims: host.claims + 1,
              generation: host.generation + 1,
            });
          });
        await Promise.all([first, second, first, second, first, second].map(claim));
        expect(await read(tx => tx.hosts.get('h1'))).toMatchObject({ used: { vcpus: 6 }, claims: 6, generation: 6 });
      });

      it('claim on several hosts all or none', async () => {
        await write(tx =>
          ['h1', 'h2', 'h3'].forEach(host => {
            tx.hosts.put(sampleHost(host));
          }),
        );
        const claimAll = (store: CellStore, hosts: readonly string[]) =>
          store.transact({ placement: true }, ({ work: tx }) => {
            for (const name of hosts) {
              const host = tx.hosts.get(name)!;
              tx.hosts.put({ ...host, claims: host.claims + 1, generation: host.generation + 1 });
            }
          });
        await Promise.all([
          claimAll(first, ['h1', 'h2']),
          claimAll(second, ['h2', 'h3']),
          claimAll(first, ['h3', 'h1']),
          claimAll(second, ['h1', 'h2', 'h3']),
        ]);
        expect(await read(tx => tx.hosts.all().map(host => host.claims))).toEqual([3, 3, 3]);
      });

      it('never lose a change of the same instance', async () => {
        await write(tx => tx.instances.put(instance(A)));
        const raise = (store: CellStore) =>
          store.transact({ instances: [A] }, ({ work: tx }) => {
            const row = tx.instances.get(A)!;
            tx.instances.put({ ...row, generation: row.generation + 1 });
          });
        await Promise.all([first, second, first, second, first, second].map(raise));
        expect(await read(tx => tx.instances.get(A)?.generation)).toBe(6);
      });

      it('never both handle a frame', async () => {
        const runs = await Promise.all(
          [first, second, first, second].map(store =>
            store.transact({ frames: ['f1'], instances: [A] }, ({ work: tx, seen }) => {
              if (seen.has('f1')) return 'dropped';
              const row = tx.instances.get(A) ?? instance(A);
              tx.instances.put({ ...row, generation: row.generation + 1 });
              return 'handled';
            }),
          ),
        );
        expect(runs.sort()).toEqual(['dropped', 'dropped', 'dropped', 'handled']);
        expect(await read(tx => tx.instances.get(A)?.generation)).toBe(1);
      });

      it('never both make the instance', async () => {
        const make = (store: CellStore, frame: string) =>
          store.transact({ frames: [frame], instances: [B] }, ({ work: tx }) => {
            const known = tx.instances.get(B);
            tx.instances.put(known ? { ...known, generation: known.generation + 1 } : instance(B));
          });
        await Promise.all([make(first, 'a'), make(second, 'b'), make(first, 'c')]);
        expect(await read(tx => tx.instances.get(B)?.generation)).toBe(2);
      });

      it('take quota one after the other', async () => {
        const take = (store: CellStore) =>
          store.transact({ quotas: ['p1'] }, ({ work: tx }) => {
            if (tx.quotaUsage('p1').instances >= 3) return false;
            tx.quotaDeltas.add({ projectId: 'p1', instances: 1, cores: 2, ramMb: 512 });
            return true;
          });
        const taken = await Promise.all([first, second, first, second, first, second].map(take));
        expect(taken.filter(Boolean)).toHaveLength(3);
        expect(await stores.quotaOf('p1')).toEqual({ instances: 3, cores: 6, ramMb: 1536 });
      });

      it('count what one user has in a project, one after the other', async () => {
        const spec = sampleSpec(A);
        const { projectId, userId, flavor } = spec;
        const take = (store: CellStore, uuid: string) =>
          store.transact({ quotas: [projectId], userQuotas: [{ projectId, userId }], newInstances: [uuid] }, ({ work: tx }) => {
            const used = tx.quotaUsage(projectId, userId).instances;
            if (used >= 2) return used;
            tx.instances.put(instance(uuid));
            tx.requestSpecs.put({ uuid, spec: { ...spec, instanceUuid: uuid } });
            const columns = { project_id: projectId, user_id: userId, flavor: JSON.stringify(flavor) };
            tx.serverColumns.add({ uuid, columns });
            tx.quotaDeltas.add({ projectId, userId, instances: 1, cores: flavor.vcpus, ramMb: flavor.memoryMb });
            return tx.quotaUsage(projectId, userId).instances;
          });
        expect(await Promise.all([take(first, uuidOf(11)), take(second, uuidOf(12)), take(first, uuidOf(13))])).toEqual(
          expect.arrayContaining([1, 2]),
        );
        const [mine, others] = await Promise.all(
          [userId, 'somebody'].map(user =>
            first.transact({ quotas: [projectId], userQuotas: [{ projectId, userId: user }] }, ({ work: tx }) =>
              tx.quotaUsage(projectId, user),
            ),
          ),
        );
        expect(mine).toEqual({ instances: 2, cores: 2 * flavor.vcpus, ramMb: 2 * flavor.memoryMb });
        expect(others).toEqual({ instances: 0, cores: 0, ramMb: 0 });
      });

      it('are of the columns as they were changed last, and the others stay as they were', async () => {
        const spec = sampleSpec(A);
        const { projectId, userId, flavor } = spec;
        const usageOf = (user: string) =>
          second.transact({ quotas: [projectId], userQuotas: [{ projectId, userId: user }] }, ({ work: tx }) =>
            tx.quotaUsage(projectId, user),
          );
        await first.transact({ newInstances: [A] }, ({ work: tx }) => {
          tx.instances.put(instance(A));
          tx.requestSpecs.put({ uuid: A, spec });
          tx.serverColumns.add({ uuid: A, columns: { project_id: projectId, user_id: userId, flavor: JSON.stringify(flavor) } });
        });
        expect(await usageOf(userId)).toMatchObject({ instances: 1 });
        await first.transact({ instances: [A], requestSpecs: [A] }, ({ work: tx }) => {
          tx.instances.put({ ...tx.instances.get(A)!, taskState: 'rebuilding' });
          tx.requestSpecs.put({ uuid: A, spec: { ...spec, userId: 'somebody' } });
          tx.serverColumns.add({ uuid: A, columns: { user_id: 'somebody' } });
        });
        expect(await usageOf(userId)).toEqual({ instances: 0, cores: 0, ramMb: 0 });
        expect(await usageOf('somebody')).toEqual({ instances: 1, cores: flavor.vcpus, ramMb: flavor.memoryMb });
      });
    });

    describe('a host', () => {
      it('that was disabled while its report was handled stays disabled', async () => {
        await write(tx => tx.hosts.put(sampleHost('h1')));
        let disabling: Promise<unknown> | undefined;
        await first.transact({ hosts: ['h1'] }, ({ work: tx }) => {
          const before = tx.hosts.get('h1')!;
          disabling ??= second.transact({ hosts: ['h1'] }, ({ work }) =>
            work.hosts.put({ ...work.hosts.get('h1')!, enabled: false, disabledReason: 'maintenance' }),
          );
          tx.hosts.put({ ...before, lastSeenAt: 99 });
        });
        await disabling;
        await first.transact({ hosts: ['h1'] }, ({ work: tx }) => tx.hosts.put({ ...tx.hosts.get('h1')!, lastSeenAt: 100 }));
        expect(await read(tx => tx.hosts.get('h1'))).toMatchObject({ enabled: false, disabledReason: 'maintenance', lastSeenAt: 100 });
      });

      it('is reported without touching the claims on it', async () => {
        await write(tx => tx.hosts.put(sampleHost('h1')));
        await write(tx => tx.hosts.put({ ...tx.hosts.get('h1')!, used: ONE, claims: 1, generation: 1 }));
        await first.transact({ hosts: ['h1'] }, ({ work: tx }) =>
          tx.hosts.put({ ...tx.hosts.get('h1')!, used: { vcpus: 0, memoryMb: 0, diskGb: 0 }, claims: 0, lastSeenAt: 99, zone: 'z2' }),
        );
        expect(await read(tx => tx.hosts.get('h1'))).toMatchObject({ used: ONE, claims: 1, generation: 1, lastSeenAt: 99, zone: 'z2' });
      });

      it('that is new and claimed in one transaction keeps the claim', async () => {
        await write(tx => {
          tx.hosts.put(sampleHost('h1'));
          tx.hosts.put({ ...tx.hosts.get('h1')!, used: ONE, claims: 1, generation: 1 });
        });
        expect(await read(tx => tx.hosts.get('h1'))).toMatchObject({ used: ONE, claims: 1, generation: 1 });
      });

      it('that is reported and claimed in one transaction keeps both', async () => {
        await write(tx => tx.hosts.put(sampleHost('h1')));
        await write(tx => tx.hosts.put({ ...tx.hosts.get('h1')!, lastSeenAt: 50, used: ONE, claims: 1, generation: 1 }));
        expect(await read(tx => tx.hosts.get('h1'))).toMatchObject({ used: ONE, claims: 1, generation: 1, lastSeenAt: 50 });
      });
    });

    describe('the outbox', () => {
      const send = (store: CellStore, ...ids: string[]) =>
        store.transact({}, ({ work: tx }) => {
          for (const id of ids) tx.outbox.add({ destination: { to: 'child', name: 'west' }, envelope: sampleEnvelope(id) });
        });

      it('offers a frame per destination once it is committed, its messages in order', async () => {
        const offered: StoredFrame[] = [];
        first.onFrames(frames => offered.push(...frames));
        await first.transact({}, ({ work: tx }) => {
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
        await send(first, 'm1');
        await send(first, 'm2');
        expect(await second.takeOutbox(10)).toEqual([]);
        stores.advance(5000);
        expect((await second.takeOutbox(10)).flatMap(idsIn)).toEqual(['m1', 'm2']);
      });

      it('gives a frame to one process at a time, and again when that one does not see it through', async () => {
        await send(first, 'm1');
        await send(first, 'm2');
        stores.advance(5000);
        const taken = await Promise.all([first.takeOutbox(1), second.takeOutbox(1), first.takeOutbox(1)]);
        expect(taken.flat().flatMap(idsIn).sort()).toEqual(['m1', 'm2']);
        stores.advance(OUTBOX_TAKEOVER_MS - 1000);
        expect(await second.takeOutbox(10)).toEqual([]);
        stores.advance(1000);
        expect((await second.takeOutbox(10)).flatMap(idsIn).sort()).toEqual(['m1', 'm2']);
      });

      it('tells how much waits for whom, and since when', async () => {
        expect(await first.outboxDepths()).toEqual([]);
        const writtenAt = stores.now();
        await send(first, 'm1');
        stores.advance(1000);
        await send(first, 'm2');
        await first.transact({}, ({ work: tx }) => tx.outbox.add({ destination: { to: 'parent' }, envelope: sampleEnvelope('m3') }));
        const depths = await second.outboxDepths();
        expect(depths.sort((a, b) => (a.destination < b.destination ? -1 : 1))).toEqual([
          { destination: 'child/west', frames: 2, oldestAt: writtenAt },
          { destination: 'parent', frames: 1, oldestAt: writtenAt + 1000 },
        ]);
      });

      it('forgets what was sent', async () => {
        await send(first, 'm1');
        stores.advance(5000);
        const taken = await second.takeOutbox(10);
        await first.deleteOutbox(taken.map(frame => frame.id));
        stores.advance(60_000);
        expect(await second.takeOutbox(10)).toEqual([]);
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
        const digests = await second.digestInstances(parent, ['']);
        expect(digests.sort((a, b) => (a.range < b.range ? -1 : 1))).toEqual([
          { range: '0', count: 2, digest: rangeDigest([active(A), deleting]) },
          { range: 'a', count: 1, digest: rangeDigest([failedHere]) },
        ]);
        expect(await first.digestInstances(parent, ['ab', '12'])).toEqual([{ range: 'abc', count: 1, digest: rangeDigest([failedHere]) }]);
        expect(await second.listCompared(parent, [A.slice(0, 35), 'ff'])).toMatchObject([
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
        expect(await first.digestInstances(west, [''])).toEqual([{ range: '0', count: 1, digest: rangeDigest([active(A)]) }]);
        expect((await first.listCompared(west, [''])).map(row => row.uuid)).toEqual([A]);
        expect(await first.digestInstances({ to: 'child', name: 'nobody' }, [''])).toEqual([]);
      });
    });

    describe('the inbox', () => {
      it('knows a frame again after a restart, for an hour', async () => {
        await first.transact({ frames: ['f1', 'f2'] }, () => undefined);
        expect(await second.transact({ frames: ['f1', 'f3'] }, ({ seen }) => [...seen])).toEqual(['f1']);
        stores.advance(3_600_001);
        expect(await second.prune()).toBe(3);
        expect(await second.transact({ frames: ['f1'] }, ({ seen }) => [...seen])).toEqual([]);
      });
    });

    describe('pruning', () => {
      it('forgets an order that was given back after a day, and never a server whose build failed here for good', async () => {
        const failed = { ...instance(A), vmState: 'error' as const, taskState: null };
        await write(tx => {
          tx.instances.put(failed);
          tx.instances.put({ ...failed, uuid: B, cellPath: 'api!west' });
        });
        stores.advance(24 * 3_600_000 + 1);
        await stores.below.prune();
        expect([await first.findInstance(A), (await first.findInstance(B))?.deletedAt]).toEqual([undefined, null]);
      });
    });

    describe('reservations', () => {
      it('go with the first report that counts them, of their child alone', async () => {
        const counted = (generation: number) => ({ countedFrom: { epoch: 0, generation } });
        await write(tx => {
          tx.reservations.put(sampleReservation(A, 'west', counted(10)));
          tx.reservations.put(sampleReservation(B, 'west', counted(11)));
          tx.reservations.put(sampleReservation(uuidOf(3), 'east', counted(10)));
          tx.reservations.put(sampleReservation(uuidOf(4), 'west'));
        });
        await write(tx => tx.settlements.add({ child: 'west', reported: { epoch: 0, generation: 10 } }));
        expect(await read(tx => [tx.reservations.get(A), tx.reservations.get(B)?.child])).toEqual([undefined, 'west']);
        expect((await first.readCapacity()).reserved.map(({ child, count }) => [child, count]).sort()).toEqual([
          ['east', 1],
          ['west', 2],
        ]);
      });

      it('that nobody answered in time are listed, the longest overdue first', async () => {
        await write(tx => {
          tx.reservations.put(sampleReservation(A, 'west', { expiresAt: 300 }));
          tx.reservations.put(sampleReservation(B, 'west', { expiresAt: 200 }));
          tx.reservations.put(sampleReservation(uuidOf(3), 'west', { expiresAt: 100, countedFrom: { epoch: 0, generation: 1 } }));
        });
        expect(await second.listOverdueReservations(199, 10)).toEqual([]);
        expect(await second.listOverdueReservations(300, 10)).toEqual([B, A]);
        expect(await second.listOverdueReservations(300, 1)).toEqual([B]);
      });
    });

    describe('workflows', () => {
      const workflow = (subject: string, runAfter: number) => ({
        id: subject,
        kind: 'build-instance',
        version: 1,
        subject,
        step: 'claimHost',
        direction: 'forward' as const,
        state: { uuid: subject, requestId: 'req-1' },
        attempt: 0,
        runAfter,
        waitingFor: null,
        error: null,
        done: null,
      });

      it('are listed when they are due, the oldest first, and come with their instance', async () => {
        await first.transact({ instances: [A, B] }, ({ work: tx }) => {
          tx.workflows.put(workflow(A, 300));
          tx.workflows.put(workflow(B, 200));
        });
        expect(await second.listDueWorkflows(199, 10)).toEqual([]);
        expect(await second.listDueWorkflows(300, 10)).toEqual([B, A]);
        expect(await read(tx => tx.workflows.get(A))).toEqual(workflow(A, 300));
        await first.transact({ instances: [A] }, ({ work: tx }) => tx.workflows.remove(A));
        expect(await second.listDueWorkflows(300, 10)).toEqual([B]);
      });
    });

    describe('guests', () => {
      it('of a host are told from tombstones and from those that are elsewhere', async () => {
        await write(tx => {
          tx.instances.put({ ...instance(A), host: 'h1', powerState: 1, vmState: 'active' });
          tx.instances.put({ ...instance(B), host: 'h2' });
          tx.instances.put({ ...instance(uuidOf(3)), host: 'h1', deletedAt: 5, highestEpoch: 4 });
        });
        expect(await first.listInstancesOnHost('h1')).toEqual([{ uuid: A, powerState: 1, vmState: 'active' }]);
        const strangers = await first.listStrangers('h1', [A, B, uuidOf(3), uuidOf(4)]);
        expect(strangers.sort((a, b) => (a.uuid < b.uuid ? -1 : 1))).toEqual([
          { uuid: B, epoch: 1 },
          { uuid: uuidOf(3), epoch: 4 },
        ]);
        expect(await first.findInstance(A)).toEqual({ nextHop: null, host: 'h1', deletedAt: null });
      });
    });

    describe('servers that move', () => {
      describeMoves({ it, stores: () => ({ first, second, now: () => stores.now() }), write, uuidOf });
    });

    describe('leases', () => {
      it('are held by one process, and pass on when they end', async () => {
        expect(await first.holdLease('periodic', 'p1', 10)).toBe(true);
        expect(await second.holdLease('periodic', 'p2', 10)).toBe(false);
        expect(await first.holdLease('periodic', 'p1', 10)).toBe(true);
        stores.advance(5000);
        expect(await second.holdLease('periodic', 'p2', 5)).toBe(false);
        stores.advance(5001);
        expect(await second.holdLease('periodic', 'p2', 10)).toBe(true);
        expect(await first.holdLease('periodic', 'p1', 10)).toBe(false);
      });

      it('tell when they were last taken', async () => {
        expect(await first.readLease('periodic')).toBe(0);
        await first.holdLease('periodic', 'p1', 10);
        const taken = stores.now();
        stores.advance(4000);
        await second.holdLease('periodic', 'p2', 10);
        expect(await second.readLease('periodic')).toBe(taken);
        await first.holdLease('periodic', 'p1', 10);
        expect(await second.readLease('periodic')).toBe(taken + 4000);
      });
    });

    describe('children', () => {
      it('are read in the order of their names, with their last reports', async () => {
        const west = sampleChild('west', { report: sampleReport('api!west', 4), lastSeenAt: 8 });
        await write(tx => {
          tx.children.put(west);
          tx.children.put(sampleChild('east'));
        });
        expect(await second.readChildren()).toEqual([sampleChild('east'), west]);
      });

      it('are placed in by their newest reports, whichever process took them in', async () => {
        await write(tx => {
          for (const name of ['east', 'west']) tx.children.put(sampleChild(name));
        });
        const numbers = (store: CellStore) =>
          store.transact({ placement: true }, ({ work: tx }) => tx.children.all().map(({ report }) => report?.version.generation ?? null));
        expect(await numbers(first)).toEqual([null, null]);
        const reporting = (store: CellStore, number: number) =>
          store.transact({ children: ['west'] }, ({ work: tx }) => {
            tx.children.put({ ...tx.children.get('west')!, report: sampleReport('api!west', number), lastSeenAt: number });
          });
        await reporting(first, 4);
        expect([await numbers(first), await numbers(second)]).toEqual([
          [null, 4],
          [null, 4],
        ]);
        await reporting(second, 5);
        expect([await numbers(first), await numbers(second)]).toEqual([
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
        await first.transact({ children: ['west'] }, ({ work: tx }) => tx.children.put({ ...tx.children.get('west')!, lastSeenAt: 9 }));
        expect(await second.readChildren()).toEqual([{ ...steered, lastSeenAt: 9 }]);
      });

      it('tell which servers are in them, without those that are gone or elsewhere', async () => {
        await write(tx => {
          tx.instances.put({ ...instance(A), nextHop: 'west' });
          tx.instances.put({ ...instance(B), nextHop: 'west' });
          tx.instances.put({ ...instance(uuidOf(3)), nextHop: 'west', deletedAt: 5 });
          tx.instances.put({ ...instance(uuidOf(4)), nextHop: 'east' });
          tx.instances.put(instance(uuidOf(5)));
        });
        expect(await second.readServersIn(['west', 'north'], 1)).toEqual([
          { child: 'west', count: 2, uuids: [A] },
          { child: 'north', count: 0, uuids: [] },
        ]);
        expect(await second.readServersIn(['east'], 0)).toEqual([{ child: 'east', count: 1, uuids: [] }]);
        expect(await second.readServersIn([], 1)).toEqual([]);
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
      const readJoin = (name: string) => second.transact({ joins: [name] }, ({ work }) => work.joins.get(name));

      it('come back as they were written', async () => {
        await first.transact({ joins: ['west'] }, ({ work }) => work.joins.put(join));
        expect(await readJoin('west')).toEqual(join);
        expect(await readJoin('east')).toBeUndefined();
      });

      it('make the second of two transactions wait for the first', async () => {
        await first.transact({ joins: ['west'] }, ({ work }) => work.joins.put(join));
        const claim = (store: CellStore, passwordHash: string) =>
          store.transact({ joins: ['west'] }, ({ work }) => {
            const row = work.joins.get('west')!;
            if (row.joinedAt === null) work.joins.put({ ...row, passwordHash, joinedAt: 7 });
            return row.joinedAt === null;
          });
        const won = await Promise.all([claim(first, 'c'.repeat(48)), claim(second, 'd'.repeat(48))]);
        expect([...won].sort()).toEqual([false, true]);
        expect((await readJoin('west'))?.passwordHash).toBe((won[0] ? 'c' : 'd').repeat(48));
      });

      it('a child that is removed is gone, and what waits to be sent to it goes', async () => {
        await write(tx => {
          tx.children.put(sampleChild('west'));
          tx.children.put(sampleChild('east'));
          for (const name of ['west', 'east']) tx.outbox.add({ destination: { to: 'child', name }, envelope: sampleEnvelope(name) });
        });
        await first.transact({ children: ['west'] }, ({ work }) => work.children.remove('west'));
        await first.dropOutboxTo('west');
        expect((await second.readChildren()).map(child => child.name)).toEqual(['east']);
        stores.advance(OUTBOX_TAKEOVER_MS + 1);
        expect((await second.takeOutbox(10)).map(frame => frame.destination)).toEqual(['child/east']);
      });
    });

    describe('decisions', () => {
      const decide = (instanceUuid: string, requestId: string, chosen: string, store = first) =>
        store.transact({}, ({ work: tx }) =>
          tx.decisions.add({ instanceUuid, requestId, at: tx.now, decision: sampleDecision({ chosen, ranked: [[chosen, 5, 0.5]] }) }),
        );
      const chosen = async (...uuids: string[]) => (await second.listDecisions(uuids)).map(row => [row.instanceUuid, row.decision.chosen]);

      it('come back as they were kept, in the order of deciding', async () => {
        await first.transact({}, ({ work: tx }) => {
          tx.decisions.add({ instanceUuid: B, requestId: 'req-1', at: tx.now, decision: sampleDecision({ chosen: 'h2' }) });
          tx.decisions.add({ instanceUuid: A, requestId: 'req-1', at: tx.now, decision: sampleDecision({ chosen: 'h3' }) });
          tx.decisions.add({ instanceUuid: A, requestId: 'req-1', at: tx.now, decision: sampleDecision({ chosen: 'h1' }) });
        });
        const at = stores.now();
        stores.advance(1);
        await decide(A, 'req-1', 'h4', second);
        expect(await chosen(A)).toEqual([
          [A, 'h3'],
          [A, 'h1'],
          [A, 'h4'],
        ]);
        expect(await second.listDecisions([B])).toEqual([
          { instanceUuid: B, requestId: 'req-1', at, decision: sampleDecision({ chosen: 'h2' }) },
        ]);
        expect(await chosen(uuidOf(3))).toEqual([]);
        expect(await chosen()).toEqual([]);
      });

      it('go with a transaction that fails, and with the part of one that is taken back', async () => {
        const row = (tx: UnitOfWork) => ({ instanceUuid: A, requestId: 'req-1', at: tx.now, decision: sampleDecision({}) });
        await expect(
          first.transact({}, ({ work: tx }) => {
            tx.decisions.add(row(tx));
            throw new Error('refused by the test');
          }),
        ).rejects.toThrow('refused by the test');
        await first.transact({}, ({ work: tx }) => {
          expect(() =>
            tx.attempt(() => {
              tx.decisions.add(row(tx));
              throw new Error('refused by the test');
            }),
          ).toThrow('refused by the test');
        });
        expect(await chosen(A)).toEqual([]);
      });

      it('lead from a request to its instances, page by page', async () => {
        for (const n of [4, 2, 3]) await decide(uuidOf(n), 'req-many', 'h1');
        await decide(uuidOf(2), 'req-many', 'h2');
        await decide(A, 'req-other', 'h1');
        expect(await second.listDecidedInstances('req-many', { limit: 2 })).toEqual([uuidOf(2), uuidOf(3)]);
        expect(await second.listDecidedInstances('req-many', { after: uuidOf(3), limit: 2 })).toEqual([uuidOf(4)]);
        expect(await second.listDecidedInstances('req-none', { limit: 2 })).toEqual([]);
      });

      it('are forgotten after three days', async () => {
        await decide(A, 'req-1', 'h1');
        stores.advance(DECISIONS_KEPT_MS);
        await decide(B, 'req-2', 'h1');
        expect(await second.prune()).toBe(0);
        stores.advance(1);
        expect(await second.prune()).toBe(1);
        expect(await chosen(A, B)).toEqual([[B, 'h1']]);
      });
    });

    describe('mirrors of cells', () => {
      const status = sampleStatus;
      const hear = (...statuses: CellStatus[]) =>
        first.transact({}, ({ work: tx }) => {
          for (const one of statuses) tx.cellMirrors.add({ status: one, receivedAt: tx.now });
        });
      const kept = async (since = 0) => (await second.readMirrors(since)).map(({ status: one }) => [one.path, one.version.generation]);

      it('come back as they were said, with the time when they came in', async () => {
        const said = status('api!west', 5, { queues: { outbox: 3 }, hostsUp: 2 });
        await hear(said);
        expect(await second.readMirrors(0)).toEqual([{ status: said, receivedAt: stores.now() }]);
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
        stores.advance(STATUS_STALE_MS);
        await hear(status('api!west', 3));
        expect(await kept()).toContainEqual(['api!west', 5]);
        stores.advance(1);
        await hear(status('api!west', 3), status('api!east', 3));
        expect(await kept()).toEqual([
          ['api!east', 5],
          ['api!west', 3],
        ]);
      });

      it('are found by the time when they came in', async () => {
        await hear(status('api!west', 5));
        stores.advance(1000);
        await hear(status('api!east', 5), status('api!west', 4));
        expect(await kept(stores.now())).toEqual([['api!east', 5]]);
      });

      it('of removed cells are forgotten after a week', async () => {
        await hear(status('api!west', 5), status('api!east', 5, { gone: true }));
        stores.advance(7 * 24 * 3_600_000 + 1);
        await first.prune();
        expect(await kept()).toEqual([['api!west', 5]]);
      });
    });

    describe('the backlog', () => {
      it('counts what waits to be sent, what is parked and what is under way', async () => {
        expect(await second.readBacklog()).toEqual({ outbox: 0, parked: 0, workflows: 0 });
        await write(tx => {
          tx.outbox.add({ destination: { to: 'child', name: 'west' }, envelope: sampleEnvelope('m1') });
          tx.outbox.add({ destination: { to: 'child', name: 'east' }, envelope: sampleEnvelope('m2') });
          tx.parked.add({ envelope: sampleEnvelope('bad'), reason: 'not understood' });
        });
        expect(await second.readBacklog()).toEqual({ outbox: 2, parked: 1, workflows: 0 });
      });
    });

    describe('globals', () => {
      const flavor = { flavorId: '1', name: 'f', vcpus: 1, memoryMb: 1024, rootGb: 10, ephemeralGb: 0, swapMb: 0, extraSpecs: {} };
      const aggregate = { id: 7, name: 'ssd', hosts: ['h1'], metadata: { availability_zone: 'z1' } };
      const item = (version: number, body: typeof flavor | null = flavor) => ({ kind: 'flavor' as const, id: '1', version, body });
      const other = (version: number) => ({ kind: 'aggregate' as const, id: '7', version, body: aggregate });
      const take = (version: number, items: GlobalItem[]) => first.transact({}, ({ work: tx }) => tx.globals.add({ version, items }));

      it('are read in the order of their changes, from where the reader is', async () => {
        expect(await second.readGlobals(0)).toEqual({ version: 0, items: [] });
        await take(3, [other(3), item(2)]);
        expect(await second.readGlobals(0)).toEqual({ version: 3, items: [item(2), other(3)] });
        expect(await second.readGlobals(2)).toEqual({ version: 3, items: [other(3)] });
        expect(await second.readGlobals(3)).toEqual({ version: 3, items: [] });
      });

      it('are replaced by newer ones only, one by one', async () => {
        await take(5, [item(5)]);
        await take(4, [item(1, null), other(4)]);
        expect(await second.readGlobals(0)).toEqual({ version: 5, items: [other(4), item(5)] });
        await take(6, [item(6, null)]);
        expect(await second.readGlobals(4)).toEqual({ version: 6, items: [item(6, null)] });
      });

      it('are taken in by one process after the other', async () => {
        const raise = (store: CellStore) =>
          store.transact({ globals: true }, ({ work: tx }) => {
            const version = tx.globalsVersion() + 1;
            tx.globals.add({ version, items: [item(version)] });
            expect(tx.globalsVersion()).toBe(version);
          });
        await raise(first);
        await Promise.all([first, second, first, second].map(raise));
        expect(await second.readGlobals(0)).toEqual({ version: 5, items: [item(5)] });
        await expect(first.transact({}, ({ work }) => work.globalsVersion())).rejects.toThrow('was not loaded');
      });
    });

    describe('a server group', () => {
      const GROUP = uuidOf(90);
      const member = (uuid: string, change: Partial<InstanceRow> = {}) => ({ ...orderedInstance(uuid, 1, stores.now(), GROUP), ...change });
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
        expect(await second.transact({ groups: [GROUP] }, ({ work }) => membersOf(work))).toEqual(members);
        expect(await second.transact({ instances: [A], placement: true }, ({ work }) => membersOf(work))).toEqual(members);
        await expect(second.transact({ instances: [A] }, ({ work }) => membersOf(work))).rejects.toThrow('was not loaded');
        expect(await second.transact({ groups: [uuidOf(91)] }, ({ work }) => work.groups.get(uuidOf(91)))).toEqual({
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
        await Promise.all([3, 4, 5, 6].map((n, index) => join(index % 2 ? first : second, uuidOf(n))));
        const places = await second.transact({ groups: [GROUP] }, ({ work }) => membersOf(work)!.map(([, child]) => child));
        expect(places).toHaveLength(4);
        expect(new Set(places).size).toBe(1);
      });
    });

    describe('what is in a child', () => {
      const useOf = (name: string) => read(tx => tx.children.get(name)?.used);
      const send = (uuid: string, child: string | null) =>
        first.transact({ instances: [uuid], requestSpecs: [uuid], placement: true }, ({ work: tx }) => {
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
        await first.transact({ instances: [B], requestSpecs: [B] }, ({ work: tx }) => {
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
        await Promise.all([send(A, 'west'), report(second, 5), send(B, 'west'), report(first, 6)]);
        expect(await read(tx => tx.children.get('west'))).toMatchObject({ quota, used: { instances: 2, cores: 2, ramMb: 2048 } });
      });
    });

    describe('parked messages', () => {
      const park = (id: string, reason: string) =>
        first.transact({}, ({ work: tx }) => tx.parked.add({ envelope: sampleEnvelope(id), reason }));

      it('are listed from the newest, a page at a time, and counted', async () => {
        expect(await second.countParked()).toEqual({ count: 0, oldestAt: null });
        const oldestAt = stores.now();
        for (const id of ['a', 'b', 'c', 'd']) {
          await park(id, `${id} is wrong`);
          if (id !== 'b') stores.advance(1000);
        }
        const ids = async (limit: number, marker?: string) => (await second.listParked(limit, marker)).map(row => row.envelope.id);
        expect(await ids(2)).toEqual(['d', 'c']);
        expect(await ids(2, 'c')).toEqual(['b', 'a']);
        expect(await ids(2, 'b')).toEqual(['a']);
        expect(await ids(2, 'gone')).toEqual([]);
        expect(await second.findParked('a')).toEqual({ envelope: sampleEnvelope('a'), reason: 'a is wrong', parkedAt: oldestAt });
        expect(await second.countParked()).toEqual({ count: 4, oldestAt });
      });

      it('wait no more when they are taken, unless the same transaction parks them again', async () => {
        await park('a', 'wrong');
        await park('b', 'wrong');
        stores.advance(10);
        await first.transact({}, ({ work: tx }) => {
          for (const id of ['a', 'b', 'gone']) tx.unparked.add(id);
          tx.parked.add({ envelope: sampleEnvelope('b'), reason: 'still wrong' });
        });
        expect(await second.listParked(10)).toEqual([{ envelope: sampleEnvelope('b'), reason: 'still wrong', parkedAt: stores.now() }]);
      });
    });

    describe('records', () => {
      it('of actions, parked messages and hosts are kept', async () => {
        const mirror = (generation: number, zone: string) => ({
          host: 'h1',
          cellPath: 'api!west',
          version: { epoch: 0, generation },
          zone,
          enabled: true,
          disabledReason: null,
          up: true,
          lastSeenAt: 1,
          inventory: sampleInventory('h1'),
          used: ONE,
          runningGuests: 0,
          forcedDown: false,
          orderedVersion: 0,
        });
        const event = {
          requestId: 'req-1',
          event: 'compute_stop_instance',
          start: 1,
          finish: 2,
          result: 'Success' as const,
          details: null,
          host: 'h1',
        };
        await write(tx => {
          tx.parked.add({ envelope: sampleEnvelope('bad'), reason: 'not understood' });
          tx.actions.add({ instanceUuid: A, requestId: 'req-1', action: 'stop', userId: 'u', projectId: 'p', startTime: 1 });
          tx.actionEvents.add({ ...event, instanceUuid: A });
          tx.hostMirrors.add(mirror(2, 'new'));
        });
        await write(tx => tx.hostMirrors.add(mirror(1, 'old')));
        expect(await stores.parkedReasons()).toEqual(['not understood']);
        expect(await stores.actionEvents()).toEqual([{ instanceUuid: A, event: 'compute_stop_instance' }]);
        expect(await stores.hostMirrorZones()).toEqual(['new']);
      });
    });
  });
};

const idsIn = (frame: StoredFrame): string[] => (JSON.parse(frame.body) as Frame).envelopes.map(envelope => envelope.id);
