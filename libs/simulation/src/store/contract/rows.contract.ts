import { describe, expect, it } from 'vitest';
import { sampleEnvelope, sampleSpec } from '#testing';
import { sampleChild, sampleHost, sampleInventory, sampleReport, sampleReservation } from '../sample-rows.js';
import { A, B, idsIn, ONE, type StoreSuite, uuidOf } from './store-suite.contract.js';

/** What is written, read, and taken back. */
export const describeRows = (suite: StoreSuite): void => {
  const { instance, read, write } = suite;

  describe('rows', () => {
    it('come back as they were written', async () => {
      const reset = { requestId: 'req-r', placedEpoch: 3 };
      const placement = { triedCells: ['west'], triedHosts: ['h1'], trail: [], deleteRequest: 'req-d', reset };
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
      const traits = JSON.stringify(['+CUSTOM_SSD', '-CUSTOM_OLD']);
      const reservation = sampleReservation(A, 'west', { zone: 'z1', traits, countedFrom: { epoch: 0, generation: 12 } });
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
        expect(tx.reserved).toEqual([{ child: 'west', shape: ONE, zone: 'z1', traits, count: 1 }]);
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
      expect(await suite.first.findSpec(A)).toBeUndefined();
    });

    it('that were not asked for cannot be read', async () => {
      await expect(suite.first.transact({}, ({ work }) => work.instances.get(A))).rejects.toThrow('was not loaded');
    });

    it('of an instance and its order are seen together or not at all', async () => {
      for (let n = 10; n < 40; n += 1) {
        const uuid = uuidOf(n);
        const wanted = { instances: [uuid], requestSpecs: [uuid], placement: true };
        const writing = suite.first.transact({ ...wanted, frames: [`w${n}`] }, ({ work: tx }) => {
          tx.instances.put(instance(uuid));
          tx.requestSpecs.put({ uuid, spec: sampleSpec(uuid) });
        });
        const seen = suite.second.transact({ ...wanted, frames: [`r${n}`] }, ({ work: tx }) => [
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
      const failing = suite.first.transact({ frames: ['f1'], instances: [A] }, ({ work: tx }) => {
        tx.instances.put(instance(A));
        tx.outbox.add({ destination: { to: 'parent' }, envelope: sampleEnvelope('m1') });
        throw new Error('refused by the test');
      });
      await expect(failing).rejects.toThrow('refused by the test');
      expect(await suite.second.findInstance(A)).toBeUndefined();
      expect(await suite.second.transact({ frames: ['f1'] }, ({ seen }) => [...seen])).toEqual([]);
      suite.stores.advance(60_000);
      expect(await suite.second.takeOutbox(10)).toEqual([]);
    });

    it('in part takes back that part alone', async () => {
      await suite.first.transact({ instances: [A, B] }, ({ work: tx }) => {
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
      suite.stores.advance(60_000);
      expect((await suite.second.takeOutbox(10)).flatMap(idsIn)).toEqual(['m2']);
    });
  });
};
