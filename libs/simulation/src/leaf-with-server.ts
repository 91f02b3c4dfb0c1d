import { Cell, CellEngine, type CellOptions, type InstanceRow, orderedInstance } from '#cell';
import type { Envelope, Frame } from '#contracts';
import { cellPath, silentLogger } from '#domain';
import { sampleEnvelope, sampleSpec, seededRandom } from '#testing';
import { MemoryCellStore } from './store/memory-cell-store.js';
import { MemoryDatabase } from './store/memory-database.js';
import { sampleHost } from './store/sample-rows.js';

/** Of the only instance. */
export const LEAF_SERVER = '00000000-0000-4000-8000-000000000001';
/** When it begins, in ms since 1970. */
export const LEAF_EPOCH = Date.UTC(2026, 0, 1);

/** A leaf cell with one host, and an instance that runs there. */
export const leafWithServer = (change: Partial<InstanceRow> = {}, options: Partial<CellOptions> = {}) => {
  const database = new MemoryDatabase();
  let now = LEAF_EPOCH;
  const clock = { now: () => now, sleep: async () => {} };
  const random = seededRandom(1);
  const store = new MemoryCellStore({ database, clock, random, top: false });
  const engine = new CellEngine({ cell: new Cell({ path: cellPath('api!west'), clock, random, log: silentLogger, ...options }), store });
  database.hosts.put('h1', sampleHost('h1', { lastSeenAt: LEAF_EPOCH }));
  const running = { vmState: 'active', taskState: null, powerState: 1, host: 'h1', node: 'h1', generation: 4 } as const;
  database.instances.put(LEAF_SERVER, { ...orderedInstance(LEAF_SERVER, 1, LEAF_EPOCH), ...running, ...change });
  database.requestSpecs.put(LEAF_SERVER, { uuid: LEAF_SERVER, spec: sampleSpec(LEAF_SERVER) });
  let messages = 0;
  const sent = (): Envelope[] => [...database.outbox.values()].flatMap(({ frame }) => (JSON.parse(frame.body) as Frame).envelopes);
  return {
    database,
    instance: (): InstanceRow | undefined => database.instances.get(LEAF_SERVER),
    workflow: () => database.workflows.get(LEAF_SERVER),
    /** What was sent to the host, in the order of sending. */
    commands: (): Envelope[] => sent().filter(({ method }) => method.startsWith('guest.')),
    /** What was told to the parent. */
    told: (): Envelope[] => sent().filter(({ target }) => target === 'api'),
    /** The message is handled. Throws when the cell could not. */
    receive: async (method: string, payload: object, envelope: Partial<Envelope> = {}): Promise<void> => {
      messages += 1;
      const whole = { instanceUuid: LEAF_SERVER, epoch: 1, requestId: 'r', ...payload };
      const told = { method, source: 'api!west@h1', deadline: now + 1000, payload: whole, ...envelope };
      await engine.receive([{ id: `f-${messages}`, envelopes: [sampleEnvelope(`m-${messages}`, told)] }]);
      const [parked] = database.parked;
      if (parked) throw new Error(`${method} was parked: ${parked.reason}`);
    },
    /** Time passes, and the cell looks what is due. */
    pass: async (seconds: number): Promise<void> => {
      now += seconds * 1000;
      database.hosts.put('h1', { ...database.hosts.get('h1')!, lastSeenAt: now });
      await engine.reconcilers.resumeWorkflows();
      await engine.reconcilers.confirmOverdueMoves();
    },
  };
};
