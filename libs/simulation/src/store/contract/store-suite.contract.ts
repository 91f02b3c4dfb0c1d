import { afterEach, beforeEach } from 'vitest';
import { type CellStore, type InstanceRow, orderedInstance, type StoredFrame, type UnitOfWork } from '#cell';
import type { Frame } from '#contracts';

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
  /** The groups that a row is kept of. */
  groups(): Promise<string[]>;
  /** As the API does it for a user: nothing joins it from now on. */
  deleteGroup(uuid: string): Promise<void>;
  close(): Promise<void>;
}

/** What the parts of the suite share: the stores of the test that runs, and the ways to write and to look. */
export interface StoreSuite {
  readonly stores: StoresUnderTest;
  readonly first: CellStore;
  readonly second: CellStore;
  /** In the first store unless another is given. */
  write(work: (tx: UnitOfWork) => void, store?: CellStore): Promise<void>;
  /** In the second store unless another is given. */
  read<T>(look: (tx: UnitOfWork) => T, store?: CellStore): Promise<T>;
  instance(uuid: string): InstanceRow;
}

export const uuidOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const A = uuidOf(1);
export const B = uuidOf(2);
export const ONE = { vcpus: 1, memoryMb: 1024, diskGb: 10 };

export const idsIn = (frame: StoredFrame): string[] => (JSON.parse(frame.body) as Frame).envelopes.map(envelope => envelope.id);

/** New stores for every test of the block that it is called in. */
export const storeSuite = (makeStores: () => Promise<StoresUnderTest>): StoreSuite => {
  let made: StoresUnderTest | undefined;
  beforeEach(async () => {
    made = await makeStores();
  });
  afterEach(() => made?.close());
  const stores = (): StoresUnderTest => {
    if (!made) throw new Error('the stores are made before each test, not before all');
    return made;
  };
  return {
    get stores() {
      return stores();
    },
    get first() {
      return stores().first;
    },
    get second() {
      return stores().second;
    },
    write: (work, store = stores().first) => store.transact({ placement: true }, ({ work: tx }) => work(tx)),
    read: (look, store = stores().second) =>
      store.transact({ instances: [A, B], requestSpecs: [A, B], placement: true, hosts: ['h1'] }, ({ work: tx }) => look(tx)),
    instance: uuid => orderedInstance(uuid, 1, stores().now()),
  };
};
