import { describe, expect, it } from 'vitest';
import type { CellStore } from '#cell';
import { sampleSpec } from '#testing';
import { sampleHost } from '../sample-rows.js';
import { A, B, type StoreSuite, uuidOf } from './store-suite.contract.js';

/** What processes of one cell do at the same time, and leave to each other. */
export const describeProcesses = (suite: StoreSuite): void => {
  const { instance, read, write } = suite;

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
      await Promise.all([suite.first, suite.second, suite.first, suite.second, suite.first, suite.second].map(claim));
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
        claimAll(suite.first, ['h1', 'h2']),
        claimAll(suite.second, ['h2', 'h3']),
        claimAll(suite.first, ['h3', 'h1']),
        claimAll(suite.second, ['h1', 'h2', 'h3']),
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
      await Promise.all([suite.first, suite.second, suite.first, suite.second, suite.first, suite.second].map(raise));
      expect(await read(tx => tx.instances.get(A)?.generation)).toBe(6);
    });

    it('never both handle a frame', async () => {
      const runs = await Promise.all(
        [suite.first, suite.second, suite.first, suite.second].map(store =>
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
      await Promise.all([make(suite.first, 'a'), make(suite.second, 'b'), make(suite.first, 'c')]);
      expect(await read(tx => tx.instances.get(B)?.generation)).toBe(2);
    });

    it('take quota one after the other', async () => {
      const take = (store: CellStore) =>
        store.transact({ quotas: ['p1'] }, ({ work: tx }) => {
          if (tx.quotaUsage('p1').instances >= 3) return false;
          tx.quotaDeltas.add({ projectId: 'p1', instances: 1, cores: 2, ramMb: 512 });
          return true;
        });
      const taken = await Promise.all([suite.first, suite.second, suite.first, suite.second, suite.first, suite.second].map(take));
      expect(taken.filter(Boolean)).toHaveLength(3);
      expect(await suite.stores.quotaOf('p1')).toEqual({ instances: 3, cores: 6, ramMb: 1536 });
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
      expect(await Promise.all([take(suite.first, uuidOf(11)), take(suite.second, uuidOf(12)), take(suite.first, uuidOf(13))])).toEqual(
        expect.arrayContaining([1, 2]),
      );
      const [mine, others] = await Promise.all(
        [userId, 'somebody'].map(user =>
          suite.first.transact({ quotas: [projectId], userQuotas: [{ projectId, userId: user }] }, ({ work: tx }) =>
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
        suite.second.transact({ quotas: [projectId], userQuotas: [{ projectId, userId: user }] }, ({ work: tx }) =>
          tx.quotaUsage(projectId, user),
        );
      await suite.first.transact({ newInstances: [A] }, ({ work: tx }) => {
        tx.instances.put(instance(A));
        tx.requestSpecs.put({ uuid: A, spec });
        tx.serverColumns.add({ uuid: A, columns: { project_id: projectId, user_id: userId, flavor: JSON.stringify(flavor) } });
      });
      expect(await usageOf(userId)).toMatchObject({ instances: 1 });
      await suite.first.transact({ instances: [A], requestSpecs: [A] }, ({ work: tx }) => {
        tx.instances.put({ ...tx.instances.get(A)!, taskState: 'rebuilding' });
        tx.requestSpecs.put({ uuid: A, spec: { ...spec, userId: 'somebody' } });
        tx.serverColumns.add({ uuid: A, columns: { user_id: 'somebody' } });
      });
      expect(await usageOf(userId)).toEqual({ instances: 0, cores: 0, ramMb: 0 });
      expect(await usageOf('somebody')).toEqual({ instances: 1, cores: flavor.vcpus, ramMb: flavor.memoryMb });
    });
  });

  describe('leases', () => {
    it('are held by one process, and pass on when they end', async () => {
      expect(await suite.first.holdLease('periodic', 'p1', 10)).toBe(true);
      expect(await suite.second.holdLease('periodic', 'p2', 10)).toBe(false);
      expect(await suite.first.holdLease('periodic', 'p1', 10)).toBe(true);
      suite.stores.advance(5000);
      expect(await suite.second.holdLease('periodic', 'p2', 5)).toBe(false);
      suite.stores.advance(5001);
      expect(await suite.second.holdLease('periodic', 'p2', 10)).toBe(true);
      expect(await suite.first.holdLease('periodic', 'p1', 10)).toBe(false);
    });

    it('are not held by a clock that has been set back', async () => {
      suite.stores.advance(3_600_000);
      expect(await suite.first.holdLease('periodic', 'p1', 10)).toBe(true);
      suite.stores.advance(-3_600_000);
      expect(await suite.second.holdLease('periodic', 'p2', 10)).toBe(true);
      expect(await suite.first.holdLease('periodic', 'p1', 10)).toBe(false);
    });

    it('tell when they were last taken', async () => {
      expect(await suite.first.readLease('periodic')).toBe(0);
      await suite.first.holdLease('periodic', 'p1', 10);
      const taken = suite.stores.now();
      suite.stores.advance(4000);
      await suite.second.holdLease('periodic', 'p2', 10);
      expect(await suite.second.readLease('periodic')).toBe(taken);
      await suite.first.holdLease('periodic', 'p1', 10);
      expect(await suite.second.readLease('periodic')).toBe(taken + 4000);
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
      await suite.first.transact({ instances: [A, B] }, ({ work: tx }) => {
        tx.workflows.put(workflow(A, 300));
        tx.workflows.put(workflow(B, 200));
      });
      expect(await suite.second.listDueWorkflows(199, 10)).toEqual([]);
      expect(await suite.second.listDueWorkflows(300, 10)).toEqual([B, A]);
      expect(await read(tx => tx.workflows.get(A))).toEqual(workflow(A, 300));
      await suite.first.transact({ instances: [A] }, ({ work: tx }) => tx.workflows.remove(A));
      expect(await suite.second.listDueWorkflows(300, 10)).toEqual([B]);
    });
  });
};
