import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HostServiceRow, hostPlaceKey, STATUS_STALE_MS, type UnitOfWork } from '#cell';
import type { HostMirror } from '#contracts';
import type { StoresUnderTest } from './cell-store.contract.js';
import { sampleHost, sampleInventory, sampleStatus } from './sample-rows.js';

const PLACE = { cellPath: 'api!west', host: 'h1' };
const KEY = hostPlaceKey(PLACE);
const GRACE_MS = 60_000;

/** What every store of a cell does with what operators want of hosts: below, where they are, and at the top, where all are known. */
export const describeHostStore = (name: string, makeStores: () => Promise<StoresUnderTest>): void => {
  describe(`hosts that are steered: ${name}`, () => {
    let stores: StoresUnderTest;
    beforeEach(async () => {
      stores = await makeStores();
    });
    afterEach(() => stores.close());

    const write = (work: (tx: UnitOfWork) => void, store = stores.first) =>
      store.transact({ hosts: ['h1'], hostServices: [KEY] }, ({ work: tx }) => work(tx));
    const read = <T>(look: (tx: UnitOfWork) => T) =>
      stores.second.transact({ hosts: ['h1'], hostServices: [KEY] }, ({ work: tx }) => look(tx));
    const service = (): Promise<HostServiceRow | undefined> => read(tx => tx.hostServices.get(KEY));
    const tell = (generation: number, change: Partial<HostMirror> = {}) => write(tx => tx.hostMirrors.add(mirror(generation, change)));
    const want = (change: Partial<HostServiceRow>) => write(tx => tx.hostServices.put({ ...tx.hostServices.get(KEY)!, ...change }));

    it('a host keeps what is wanted of it, whatever it reports meanwhile', async () => {
      await write(tx => tx.hosts.put(sampleHost('h1')));
      const wanted = { enabled: false, disabledReason: 'broken', forcedDown: true, orderedVersion: 7 };
      await stores.first.transact({ hosts: ['h1'] }, ({ work: tx }) => {
        const reported = { ...tx.hosts.get('h1')!, lastSeenAt: 50 };
        tx.hosts.put(reported);
        tx.hosts.put({ ...reported, ...wanted, generation: 1 });
      });
      await write(tx => tx.hosts.put({ ...tx.hosts.get('h1')!, lastSeenAt: 60 }));
      expect(await read(tx => tx.hosts.get('h1'))).toMatchObject({ ...wanted, lastSeenAt: 60, generation: 1 });
    });

    it('a host is removed with its inventory', async () => {
      await write(tx => {
        tx.hosts.put(sampleHost('h1'));
        tx.hostInventories.put({ host: 'h1', inventory: sampleInventory('h1') });
      });
      await write(tx => tx.hosts.remove('h1'));
      expect(await read(tx => [tx.hosts.get('h1'), tx.hostInventories.get('h1')])).toEqual([undefined, undefined]);
    });

    it('a host that was claimed on meanwhile is not removed as it was', async () => {
      await write(tx => tx.hosts.put(sampleHost('h1')));
      let claims: number | undefined;
      const removal = write(tx => {
        claims = tx.hosts.get('h1')?.claims;
        if (claims === 0) tx.hosts.remove('h1');
      });
      const claim = write(tx => {
        const host = tx.hosts.get('h1');
        if (host) tx.hosts.put({ ...host, claims: 1, generation: host.generation + 1 });
      }, stores.second);
      await Promise.all([removal, claim]);
      const left = await read(tx => tx.hosts.get('h1'));
      expect([claims, left?.claims]).toEqual(claims === 0 ? [0, undefined] : [1, 1]);
    });

    it('the top shows what the cell says of a host', async () => {
      await tell(1);
      expect(await service()).toEqual({
        ...PLACE,
        enabled: true,
        disabledReason: null,
        forcedDown: false,
        wantedVersion: 0,
        heardVersion: 0,
      });
      await tell(2, { enabled: false, disabledReason: 'local' });
      expect(await service()).toMatchObject({ enabled: false, disabledReason: 'local' });
      await tell(1);
      expect(await service()).toMatchObject({ enabled: false });
    });

    it('the top believes an older word of a host when nothing newer came for long: a clock was set back', async () => {
      await tell(9);
      stores.advance(STATUS_STALE_MS);
      await tell(3, { zone: 'z3' });
      expect(await stores.hostMirrorZones()).toEqual(['z1']);
      stores.advance(1);
      await tell(3, { zone: 'z3', enabled: false });
      expect([await stores.hostMirrorZones(), await service()]).toMatchObject([['z3'], { enabled: false }]);
      await tell(2, { zone: 'z2' });
      expect(await stores.hostMirrorZones()).toEqual(['z3']);
      await tell(4, { zone: 'z4' });
      expect(await stores.hostMirrorZones()).toEqual(['z4']);
    });

    it('what was wanted at the top is shown until the cell has heard of it', async () => {
      await tell(1);
      await want({ enabled: false, disabledReason: 'broken', forcedDown: true, wantedVersion: 10 });
      await tell(2, { zone: 'z2' });
      expect(await service()).toMatchObject({ enabled: false, disabledReason: 'broken', forcedDown: true, heardVersion: 0 });
      expect(await stores.hostMirrorZones()).toEqual(['z2']);
      await tell(3, { orderedVersion: 10, enabled: true, forcedDown: true });
      expect(await service()).toMatchObject({ enabled: true, forcedDown: true, wantedVersion: 10, heardVersion: 10 });
    });

    it('an order that a cell does not know of long after it was given counts as lost', async () => {
      const unheard = () => stores.second.listUnheardHosts(GRACE_MS, 10);
      await tell(1);
      await want({ enabled: false, wantedVersion: stores.now() });
      stores.advance(GRACE_MS - 1);
      await tell(2);
      expect(await unheard()).toEqual([]);
      stores.advance(2);
      expect(await unheard()).toEqual([]);
      await tell(3);
      expect(await unheard()).toEqual([PLACE]);
      await tell(4, { orderedVersion: stores.now() });
      expect(await unheard()).toEqual([]);
    });

    it('a host that is gone stays gone until its cell says that it has it again', async () => {
      await tell(5);
      await want({ enabled: false, wantedVersion: 10 });
      const gone = (generation: number) => write(tx => tx.goneHosts.add({ ...PLACE, version: { epoch: 0, generation } }));
      await gone(4);
      expect(await service()).toMatchObject({ enabled: false });
      await gone(6);
      await tell(5);
      expect([await service(), await stores.hostMirrorZones()]).toEqual([undefined, []]);
      await tell(7);
      expect(await service()).toMatchObject({ enabled: true, wantedVersion: 0 });
    });

    it('the hosts of a cell that was removed go with it, and those of the next cell of that name are shown', async () => {
      const hear = (generation: number, gone: boolean) =>
        write(tx => tx.cellMirrors.add({ status: sampleStatus(PLACE.cellPath, generation, { gone }), receivedAt: tx.now }));
      await hear(5, false);
      await tell(6);
      await want({ enabled: false, wantedVersion: 10 });
      await write(tx => tx.hostMirrors.add({ ...mirror(6, { zone: 'z2' }), cellPath: 'api!west!a' }));
      await hear(7, true);
      await tell(6);
      expect([await service(), await stores.hostMirrorZones()]).toEqual([undefined, ['z2']]);
      stores.advance(1);
      await tell(8);
      await hear(7, true);
      expect(await service()).toMatchObject({ enabled: true, wantedVersion: 0 });
    });

    it('a host of a removed cell whose clock was ahead goes too, and what is heard late of it changes nothing', async () => {
      await tell(90);
      await write(tx => tx.cellMirrors.add({ status: sampleStatus(PLACE.cellPath, 7, { gone: true }), receivedAt: tx.now }));
      await tell(89);
      expect([await service(), await stores.hostMirrorZones()]).toEqual([undefined, []]);
    });

    it('a host whose service was removed at the top is not shown before its cell tells of it', async () => {
      await tell(5);
      await want({ enabled: false, wantedVersion: 10 });
      await write(tx => tx.hostServices.remove(KEY));
      await tell(4);
      expect([await service(), await stores.hostMirrorZones()]).toEqual([undefined, []]);
      await tell(6);
      expect(await service()).toMatchObject({ enabled: true, wantedVersion: 0 });
    });
  });
};

const mirror = (generation: number, change: Partial<HostMirror>): HostMirror => ({
  ...PLACE,
  version: { epoch: 0, generation },
  zone: 'z1',
  enabled: true,
  disabledReason: null,
  up: true,
  lastSeenAt: 1,
  inventory: sampleInventory('h1'),
  used: { vcpus: 1, memoryMb: 1024, diskGb: 10 },
  runningGuests: 0,
  forcedDown: false,
  orderedVersion: 0,
  ...change,
});
