import { type ChildDifferences, type CompareOnly, Frame } from '#contracts';
import { CloudError, cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild } from '#simulation';
import { sampleSpec, seededRandom } from '#testing';
import { ApiOrders } from '../api-orders.js';
import { Cell } from '../cell.js';
import { CellEngine } from '../engine.js';
import { orderedInstance } from '../instances.js';
import type { Below } from '../queries.js';
import type { InstanceRow } from '../rows.js';

export const UUID = '11111111-0000-4000-8000-000000000001';
export const START = Date.UTC(2026, 0, 1);
export const HOUR_MS = 3_600_000;
const random = seededRandom(1);

/** One cell, whose messages the tests carry by hand. */
class Side {
  readonly database = new MemoryDatabase();
  readonly engine: CellEngine;
  /** What users and administrators ask of it, where it is the top. */
  readonly orders: ApiOrders;

  constructor(
    readonly path: string,
    readonly clock: { now: () => number; sleep: () => Promise<void> },
  ) {
    const top = !path.includes('!');
    const cell = new Cell({ path: cellPath(path), clock, random, log: silentLogger });
    const store = new MemoryCellStore({ database: this.database, clock, random, top });
    this.engine = new CellEngine({ cell, store });
    this.orders = new ApiOrders(cell, this.engine.builds, store);
  }

  get row(): InstanceRow | undefined {
    return this.database.instances.get(UUID);
  }

  holds(row: Partial<InstanceRow>): void {
    this.database.instances.put(UUID, { ...orderedInstance(UUID, 1, START - HOUR_MS), ...row });
  }

  taken(destination: string): Frame[] {
    const rows = [...this.database.outbox.values()].filter(({ frame }) => frame.destination === destination);
    for (const { frame } of rows) this.database.outbox.delete(frame.id);
    return rows.map(({ frame }) => Frame.parse(JSON.parse(frame.body)));
  }
}

/** A root and its child `west`, a leaf, which both settled an hour ago. */
export const edge = () => {
  let now = START;
  const clock = { now: () => now, sleep: async () => {} };
  const above = new Side('api', clock);
  const below = new Side('api!west', clock);
  above.database.children.put('west', sampleChild('west', { lastSeenAt: START }));
  above.database.requestSpecs.put(UUID, { uuid: UUID, spec: sampleSpec(UUID) });
  above.database.quotaUsages.put('project', { instances: 1, cores: 1, ramMb: 1024 });
  const asked: string[] = [];
  const transport: Below = {
    askChild: async (_child, query) => {
      asked.push(JSON.stringify(query.payload));
      const answer = JSON.stringify(await below.engine.answer(query, transport));
      asked.push(answer);
      return JSON.parse(answer);
    },
    askHost: async () => {
      throw new CloudError('unavailable', 'no host is asked here');
    },
  };
  const sent: string[] = [];
  /** Carries messages to and fro until there are none. */
  const deliver = async (): Promise<void> => {
    for (let round = 0; round < 10; round += 1) {
      const down = above.taken('child/west');
      const up = below.taken('parent');
      if (down.length + up.length === 0) return;
      for (const frame of [...down, ...up]) sent.push(...frame.envelopes.map(envelope => envelope.method));
      if (down.length) await below.engine.receive(down);
      if (up.length) await above.engine.receive(up);
    }
    throw new Error('the two never agree');
  };
  const compare = (dryRun = false, only: CompareOnly = {}): Promise<ChildDifferences> =>
    above.engine.comparison.compare('west', transport, { dryRun, only });
  const mend = async (): Promise<string[]> => {
    await compare();
    await deliver();
    return sent;
  };
  return { above, below, compare, mend, sent, asked, clock, advance: (ms: number) => (now += ms) };
};

export const POINTING = {
  nextHop: 'west',
  placedEpoch: 1,
  highestEpoch: 1,
  epoch: 1,
  cellPath: 'api!west',
  host: 'h1',
  orderEpoch: 0,
} as const;
export const ACTIVE = { vmState: 'active', taskState: null, powerState: 1 } as const;
export const OWNED = { epoch: 1, cellPath: 'api!west', host: 'h1' } as const;
