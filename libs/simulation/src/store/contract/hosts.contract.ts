import { describe, expect, it } from 'vitest';
import { describeMoves } from '../cell-store-moves.contract.js';
import { sampleHost, sampleReservation } from '../sample-rows.js';
import { A, B, ONE, type StoreSuite, uuidOf } from './store-suite.contract.js';

/** Hosts, and the servers on them. */
export const describeHosts = (suite: StoreSuite): void => {
  const { instance, read, write } = suite;

  describe('a host', () => {
    it('that was disabled while its report was handled stays disabled', async () => {
      await write(tx => tx.hosts.put(sampleHost('h1')));
      let disabling: Promise<unknown> | undefined;
      await suite.first.transact({ hosts: ['h1'] }, ({ work: tx }) => {
        const before = tx.hosts.get('h1')!;
        disabling ??= suite.second.transact({ hosts: ['h1'] }, ({ work }) =>
          work.hosts.put({ ...work.hosts.get('h1')!, enabled: false, disabledReason: 'maintenance' }),
        );
        tx.hosts.put({ ...before, lastSeenAt: 99 });
      });
      await disabling;
      await suite.first.transact({ hosts: ['h1'] }, ({ work: tx }) => tx.hosts.put({ ...tx.hosts.get('h1')!, lastSeenAt: 100 }));
      expect(await read(tx => tx.hosts.get('h1'))).toMatchObject({ enabled: false, disabledReason: 'maintenance', lastSeenAt: 100 });
    });

    it('is reported without touching the claims on it', async () => {
      await write(tx => tx.hosts.put(sampleHost('h1')));
      await write(tx => tx.hosts.put({ ...tx.hosts.get('h1')!, used: ONE, claims: 1, generation: 1 }));
      await suite.first.transact({ hosts: ['h1'] }, ({ work: tx }) =>
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
      expect((await suite.first.readCapacity()).reserved.map(({ child, count }) => [child, count]).sort()).toEqual([
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
      expect(await suite.second.listOverdueReservations(199, 10)).toEqual([]);
      expect(await suite.second.listOverdueReservations(300, 10)).toEqual([B, A]);
      expect(await suite.second.listOverdueReservations(300, 1)).toEqual([B]);
    });
  });

  describe('guests', () => {
    it('of a host are told from tombstones and from those that are elsewhere', async () => {
      await write(tx => {
        tx.instances.put({ ...instance(A), host: 'h1', powerState: 1, vmState: 'active' });
        tx.instances.put({ ...instance(B), host: 'h2' });
        tx.instances.put({ ...instance(uuidOf(3)), host: 'h1', deletedAt: 5, highestEpoch: 4 });
      });
      expect(await suite.first.listInstancesOnHost('h1')).toEqual([{ uuid: A, powerState: 1, vmState: 'active' }]);
      const strangers = await suite.first.listStrangers('h1', [A, B, uuidOf(3), uuidOf(4)]);
      expect(strangers.sort((a, b) => (a.uuid < b.uuid ? -1 : 1))).toEqual([
        { uuid: B, epoch: 1 },
        { uuid: uuidOf(3), epoch: 4 },
      ]);
      expect(await suite.first.findInstance(A)).toEqual({ nextHop: null, host: 'h1', deletedAt: null });
    });
  });

  describe('servers that move', () => {
    describeMoves({ it, stores: () => suite.stores, write, uuidOf });
  });
};
