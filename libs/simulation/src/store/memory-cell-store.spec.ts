import { seededRandom } from '#testing';
import { describeCellStore, type StoresUnderTest } from './cell-store.contract.js';
import { describeHostStore } from './host-store.contract.js';
import { MemoryCellStore } from './memory-cell-store.js';
import { MemoryDatabase } from './memory-database.js';

const makeStores = async (): Promise<StoresUnderTest> => {
  let now = Date.UTC(2026, 0, 1);
  const clock = { now: () => now, sleep: () => Promise.resolve() };
  const database = new MemoryDatabase();
  // A turn of the event loop between loading and committing, so that transactions really meet.
  const pause = () => new Promise<void>(resolve => setImmediate(resolve));
  const makeStore = (seed: number, top = true) => new MemoryCellStore({ database, clock, random: seededRandom(seed), top, pause });
  return {
    first: makeStore(1),
    second: makeStore(2),
    below: makeStore(3, false),
    advance: milliseconds => {
      now += milliseconds;
    },
    now: () => now,
    quotaOf: async project => database.quotaUsages.get(project)!,
    parkedReasons: async () => database.parked.map(message => message.reason),
    actionEvents: async () => database.actionEvents.map(({ instanceUuid, event }) => ({ instanceUuid, event })),
    hostMirrorZones: async () => database.hostMirrors.all().map(mirror => mirror.zone),
    groups: async () => database.groups.keys(),
    deleteGroup: async uuid => database.groups.put(uuid, { uuid, deleted: true }),
    close: async () => {},
  };
};

describeCellStore('in memory', makeStores);
describeHostStore('in memory', makeStores);
