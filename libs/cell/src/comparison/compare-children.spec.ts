import { describe, expect, it } from 'vitest';
import { type ChildDifferences, Frame } from '#contracts';
import { CloudError, cellPath, silentLogger } from '#domain';
import { MemoryCellStore, MemoryDatabase, sampleChild, sampleReservation } from '#simulation';
import { sampleSpec, seededRandom } from '#testing';
import { Cell } from '../cell.js';
import { CellEngine } from '../engine.js';
import { orderedInstance, tombstoneOf } from '../instances.js';
import type { Below } from '../queries.js';
import { type InstanceRow, NO_PLACEMENT } from '../rows.js';

const UUID = '11111111-0000-4000-8000-000000000001';
const START = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;
const random = seededRandom(1);

/** One cell, whose messages the tests carry by hand. */
class Side {
  readonly database = new MemoryDatabase();
  readonly engine: CellEngine;

  constructor(
    readonly path: string,
    readonly clock: { now: () => number; sleep: () => Promise<void> },
  ) {
    const top = !path.includes('!');
    const cell = new Cell({ path: cellPath(path), clock, random, log: silentLogger });
    this.engine = new CellEngine({ cell, store: new MemoryCellStore({ database: this.database, clock, random, top }) });
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
const edge = () => {
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
  const compare = (dryRun = false): Promise<ChildDifferences> => above.engine.comparison.compare('west', transport, { dryRun });
  const mend = async (): Promise<string[]> => {
    await compare();
    await deliver();
    return sent;
  };
  return { above, below, compare, mend, sent, asked, clock, advance: (ms: number) => (now += ms) };
};

const POINTING = { nextHop: 'west', placedEpoch: 1, highestEpoch: 1, epoch: 1, cellPath: 'api!west', host: 'h1', orderEpoch: 0 } as const;
const ACTIVE = { vmState: 'active', taskState: null, powerState: 1 } as const;
const OWNED = { epoch: 1, cellPath: 'api!west', host: 'h1' } as const;

describe('a parent and a child that differ', () => {
  it('by a state that was lost: the child tells it again', async () => {
    const { above, below, mend } = edge();
    above.holds({ ...POINTING, generation: 3, vmState: 'building', taskState: 'spawning' });
    below.holds({ ...OWNED, ...ACTIVE, generation: 5 });
    expect(await mend()).toEqual(['instance.retell', 'instance.state']);
    expect(above.row).toMatchObject({ ...ACTIVE, generation: 5 });
    expect(below.row?.generation).toBe(5);
  });

  it('by a child whose database was set back: it tells its state as a later generation', async () => {
    const { above, below, mend, compare } = edge();
    above.holds({ ...POINTING, ...ACTIVE, generation: 9 });
    below.holds({ ...OWNED, generation: 4, vmState: 'stopped', taskState: null, powerState: 4 });
    await mend();
    expect(above.row).toMatchObject({ vmState: 'stopped', generation: 10 });
    expect((await compare()).differences).toEqual([]);
  });

  it('by a request that never arrived: its task state goes', async () => {
    const { above, below, mend, compare } = edge();
    above.holds({ ...POINTING, ...ACTIVE, generation: 5, taskState: 'powering-off' });
    below.holds({ ...OWNED, ...ACTIVE, generation: 5 });
    await mend();
    expect(above.row).toMatchObject({ ...ACTIVE, generation: 6 });
    expect((await compare()).differences).toEqual([]);
  });

  it('by a rejection that was lost: it is rejected again, and the parent goes on', async () => {
    const { above, below, mend } = edge();
    above.holds({ ...POINTING, generation: 2, vmState: 'building', taskState: 'scheduling' });
    above.database.reservations.put(UUID, sampleReservation(UUID, 'west', { countedFrom: { epoch: 0, generation: 1 } }));
    below.holds({ epoch: 1, generation: 2, vmState: 'error', taskState: null });
    expect(await mend()).toEqual(['instance.retell', 'build.rejected']);
    expect(above.row).toMatchObject({ vmState: 'error', nextHop: null });
    expect(above.database.reservations.all()).toEqual([]);
  });

  it('by an end that was lost: it is told again, and the quota comes back once', async () => {
    const { above, below, mend } = edge();
    above.holds({ ...POINTING, ...ACTIVE, generation: 5 });
    below.database.instances.put(UUID, tombstoneOf({ ...orderedInstance(UUID, 1, START), ...OWNED, generation: 5 }, START - HOUR_MS));
    expect(await mend()).toEqual(['instance.retell', 'instance.deleted']);
    expect(above.row?.vmState).toBe('deleted');
    expect(above.database.quotaUsages.get('project')).toEqual({ instances: 0, cores: 0, ramMb: 0 });
    await mend();
    expect(above.database.quotaUsages.get('project')).toEqual({ instances: 0, cores: 0, ramMb: 0 });
  });

  it('by an order that was lost: it is ordered again as it was, with the time that it has left', async () => {
    const { above, compare } = edge();
    above.holds({ ...POINTING, generation: 0, vmState: 'building', taskState: 'scheduling' });
    above.database.reservations.put(UUID, sampleReservation(UUID, 'west', { expiresAt: START + 5000 }));
    expect((await compare()).differences).toMatchObject([{ repair: 'retell', why: 'west does not have it, and did not answer its order' }]);
    const [order, retell] = above.taken('child/west').flatMap(frame => frame.envelopes);
    expect(order).toMatchObject({ method: 'instance.build', deadline: START + 5000, payload: { epoch: 1, spec: { instanceUuid: UUID } } });
    expect(retell?.method).toBe('instance.retell');
  });

  it('by an order whose time is over: it is not ordered again, but recalled by its deadline', async () => {
    const { above, mend } = edge();
    above.holds({ ...POINTING, generation: 0, vmState: 'building', taskState: 'scheduling' });
    above.database.reservations.put(UUID, sampleReservation(UUID, 'west', { expiresAt: START - 1 }));
    expect(await mend()).toEqual(['instance.retell', 'instance.unknown']);
    expect(above.row?.vmState).toBe('building');
  });

  it('by the only answer to an order: what the child has of it stays, and is told again', async () => {
    const { above, below, mend } = edge();
    above.holds({ ...POINTING, generation: 0, vmState: 'building', taskState: 'scheduling' });
    above.database.reservations.put(UUID, sampleReservation(UUID, 'west', { expiresAt: START + 5000 }));
    below.holds({ ...OWNED, ...ACTIVE, orderEpoch: 1, generation: 5 });
    expect(await mend()).toEqual(['instance.build', 'instance.retell', 'instance.state']);
    expect(above.row).toMatchObject({ ...ACTIVE, generation: 5 });
    expect(above.database.reservations.get(UUID)?.countedFrom).not.toBeNull();
  });

  it('by a database that the child lost: the server is in error and says why, and comes back with the database', async () => {
    const { above, below, mend, advance } = edge();
    above.holds({ ...POINTING, ...ACTIVE, generation: 5 });
    expect(await mend()).toEqual(['instance.retell', 'instance.unknown']);
    expect(above.row).toMatchObject({
      vmState: 'error',
      nextHop: 'west',
      fault: { message: 'Cell api!west has lost its record of this server.' },
    });
    below.holds({ ...OWNED, ...ACTIVE, generation: 5 });
    advance(HOUR_MS);
    await mend();
    expect(above.row).toMatchObject({ ...ACTIVE, fault: null });
  });

  it('by a server of a lost database that changed as often as was told of it: it is told again all the same', async () => {
    const { above, below, mend, advance } = edge();
    above.holds({ ...POINTING, ...ACTIVE, generation: 5 });
    await mend();
    below.holds({ ...OWNED, vmState: 'stopped', taskState: null, powerState: 4, generation: 6 });
    advance(HOUR_MS);
    await mend();
    expect(above.row).toMatchObject({ vmState: 'stopped', fault: null });
  });

  it('by a deletion that was lost: it is ordered again', async () => {
    const { above, below, mend } = edge();
    const deleting = { taskState: 'deleting', placement: { ...NO_PLACEMENT, deleteRequest: 'req-d' } } as const;
    above.holds({ ...POINTING, ...ACTIVE, generation: 5, ...deleting });
    below.holds({ ...OWNED, ...ACTIVE, host: null, generation: 5 });
    expect(await mend()).toEqual(['instance.delete', 'instance.deleted']);
    expect(above.row?.vmState).toBe('deleted');
    expect(below.row?.vmState).toBe('deleted');
  });

  it('by a deletion whose tombstone was pruned: the child answers for what it does not know', async () => {
    const { above, mend } = edge();
    above.holds({ ...POINTING, ...ACTIVE, generation: 5, taskState: 'deleting', placement: { ...NO_PLACEMENT, deleteRequest: 'req-d' } });
    expect(await mend()).toEqual(['instance.delete', 'instance.deleted']);
    expect(above.row?.vmState).toBe('deleted');
    expect(above.database.quotaUsages.get('project')?.instances).toBe(0);
  });

  it('by a server that was deleted and is back, as after a restore: it is removed below', async () => {
    const { above, below, mend } = edge();
    above.database.instances.put(UUID, tombstoneOf({ ...orderedInstance(UUID, 0, START), ...POINTING, generation: 7 }, START - HOUR_MS));
    below.holds({ ...OWNED, ...ACTIVE, host: null, generation: 4 });
    expect(await mend()).toEqual(['instance.recall', 'instance.deleted']);
    expect(above.row?.vmState).toBe('deleted');
    expect(below.row?.vmState).toBe('deleted');
  });

  it('by a recall that was lost: a former owner is recalled again, and the server lives on where it is', async () => {
    const { above, below, mend } = edge();
    above.holds({
      ...POINTING,
      ...ACTIVE,
      nextHop: 'east',
      cellPath: 'api!east',
      placedEpoch: 2,
      highestEpoch: 2,
      epoch: 2,
      generation: 3,
    });
    below.holds({ ...OWNED, ...ACTIVE, host: null, generation: 4 });
    expect(await mend()).toEqual(['instance.recall', 'instance.deleted']);
    expect(above.row).toMatchObject({ ...ACTIVE, nextHop: 'east' });
    expect(below.row?.vmState).toBe('deleted');
  });

  it('by a database that this cell lost: nothing is destroyed, and the operator is told', async () => {
    const { below, compare, sent } = edge();
    below.holds({ ...OWNED, ...ACTIVE, generation: 4 });
    const { differences, repaired } = await compare();
    expect(differences).toMatchObject([{ instanceUuid: UUID, here: null, there: { generation: 4 }, repair: 'unknownAbove' }]);
    expect([repaired, sent, below.row?.vmState]).toEqual([0, [], 'active']);
  });
});

describe('a comparison', () => {
  it('leaves alone what has just changed on either side', async () => {
    const { above, below, mend, compare, advance } = edge();
    above.holds({ ...POINTING, generation: 3, vmState: 'building', taskState: 'spawning' });
    below.holds({ ...OWNED, ...ACTIVE, generation: 5, updatedAt: START - 1000 });
    expect((await compare()).differences).toMatchObject([{ settled: false, repair: 'retell' }]);
    expect(await mend()).toEqual([]);
    advance(31_000);
    expect(await mend()).toEqual(['instance.retell', 'instance.state']);
  });

  it('leaves an edge alone on which frames wait', async () => {
    const { above, below, compare, advance, clock } = edge();
    above.holds({ ...POINTING, generation: 3, vmState: 'building', taskState: 'spawning' });
    below.holds({ ...OWNED, ...ACTIVE, generation: 5 });
    below.database.outbox.set('f', { frame: { id: 'f', destination: 'parent', body: '' }, leaseUntil: 0, writtenAt: clock.now() });
    advance(6000);
    expect(await compare()).toMatchObject({ waiting: 1, repaired: 0, differences: [{ repair: 'retell' }] });
  });

  it('changes nothing when it is only to look', async () => {
    const { above, below, compare } = edge();
    above.holds({ ...POINTING, generation: 3, vmState: 'building', taskState: 'spawning' });
    below.holds({ ...OWNED, ...ACTIVE, generation: 5 });
    expect(await compare(true)).toMatchObject({
      child: 'api!west',
      repaired: 0,
      differences: [
        { here: { generation: 3, taskState: 'spawning' }, there: { generation: 5, taskState: null }, settled: true, repair: 'retell' },
      ],
    });
    expect(above.database.outbox.size).toBe(0);
  });

  it('finds one row among thousands in a few kilobytes', async () => {
    const { above, below, compare, asked } = edge();
    for (let n = 0; n < 5000; n += 1) {
      const uuid = random.uuid();
      const row = { ...orderedInstance(uuid, 1, START - HOUR_MS), ...OWNED, ...ACTIVE, generation: 5 };
      below.database.instances.put(uuid, row);
      above.database.instances.put(uuid, { ...row, nextHop: 'west', ...(n === 777 ? { generation: 4 } : {}) });
    }
    expect((await compare(true)).differences).toHaveLength(1);
    expect(asked.join('').length).toBeLessThan(15_000);
    expect(asked.length / 2).toBeLessThanOrEqual(5);
  });

  it('looks at a bounded part when everything differs, and ends with all of it mended', async () => {
    const { above, below, compare, mend, asked } = edge();
    for (let n = 0; n < 1200; n += 1) {
      const row = { ...orderedInstance(random.uuid(), 1, START - HOUR_MS), ...OWNED, ...ACTIVE, generation: 5 };
      below.database.instances.put(row.uuid, row);
      above.database.instances.put(row.uuid, { ...row, nextHop: 'west', generation: 4 });
    }
    expect(await compare(true)).toMatchObject({ more: true });
    expect(Math.max(...asked.map(text => text.length))).toBeLessThan(200_000);
    let rounds = 0;
    while ((await compare(true)).differences.length) {
      await mend();
      rounds += 1;
    }
    expect(rounds).toBeLessThan(10);
  }, 60_000);
});
