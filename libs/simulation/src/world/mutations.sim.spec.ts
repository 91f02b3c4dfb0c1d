import { describe, expect, it } from 'vitest';
import type { Loaded, UnitOfWork, Wanted } from '#cell';
import type { Envelope } from '#contracts';
import type { Lock } from '../store/load-memory.js';
import { MemoryCellStore } from '../store/memory-cell-store.js';
import { type DrawOptions, drawPlan } from './draw-plan.js';
import { INVARIANTS } from './invariants/index.js';
import { play } from './play.js';
import type { Tampering } from './surroundings.js';

/*
 * What the invariants are worth: each of these breaks one thing on purpose, and the worlds must notice, by the promise that it breaks.
 */

class ForgetsItsInbox extends MemoryCellStore {
  protected override seenFrames(): ReadonlySet<string> {
    return new Set();
  }
}

class ClaimsWithoutComparing extends MemoryCellStore {
  protected override claimsConflict(): boolean {
    return false;
  }
}

/** Nor the children, which requests wait for as well: their counts would keep two of them apart. */
class LocksNoQuota extends MemoryCellStore {
  protected override conflicts(tx: UnitOfWork, locks: readonly Lock[]): boolean {
    return super.conflicts(
      tx,
      locks.filter(({ table }) => table !== this.db.quotaUsages && table !== this.db.children),
    );
  }
}

class SendsOnlyOnce extends MemoryCellStore {
  override async takeOutbox(limit: number) {
    const frames = await super.takeOutbox(limit);
    await this.deleteOutbox(frames.map(frame => frame.id));
    return [];
  }
}

class WakesNoWorkflow extends MemoryCellStore {
  override async listDueWorkflows(): Promise<string[]> {
    return [];
  }
}

class FailsOddly extends MemoryCellStore {
  override async listOverdueReservations(): Promise<string[]> {
    throw new Error('no such table');
  }
}

/** What the work of a transaction sees, or what it leaves, is changed. */
const seeing = (change: (work: UnitOfWork) => void, after: (work: UnitOfWork) => void = () => undefined): Tampering => ({
  makeStore: parts =>
    new (class extends MemoryCellStore {
      override transact<T>(wanted: Wanted, work: (loaded: Loaded) => T): Promise<T> {
        return super.transact(wanted, loaded => {
          change(loaded.work);
          const result = work(loaded);
          after(loaded.work);
          return result;
        });
      }
    })(parts),
});

/** To its handlers, every report of a child is newer than what they have. */
const ignoringGenerations = seeing(({ instances }) => {
  const mirrored = instances.all().filter(row => row.nextHop !== null && row.deletedAt === null);
  instances.fill(
    [],
    mirrored.map(row => ({ ...row, generation: -1 })),
  );
});

const takingAllForEnabled = seeing(({ hosts, children }) => {
  hosts.fill(
    [],
    hosts.all().map(row => ({ ...row, enabled: true })),
  );
  children.fill(
    [],
    children.all().map(row => ({ ...row, enabled: true })),
  );
});

const seeingNoDrain = seeing(({ children }) => {
  children.fill(
    [],
    children.all().map(row => ({ ...row, draining: 0 })),
  );
});

const seeingNoQuotaOfCells = seeing(({ children }) => {
  children.fill(
    [],
    children.all().map(row => ({ ...row, quota: null })),
  );
});

const seeingNoLock = seeing(({ instances }) => {
  instances.fill(
    [],
    instances.all().map(row => ({ ...row, lock: null })),
  );
});

const forgettingReservations = seeing(work => {
  Object.assign(work, { reserved: [] });
});

const keepingQuotaOfTheDead = seeing(
  () => undefined,
  ({ quotaDeltas }) => {
    if (quotaDeltas.all().some(delta => delta.instances < 0)) quotaDeltas.undo(0);
  },
);

const settlingNothing = seeing(
  () => undefined,
  ({ settlements }) => settlements.undo(0),
);

/** The guest is made anew elsewhere while it goes on where it is. */
const movingWhatRuns = seeing(
  () => undefined,
  ({ now, workflows, outbox }) => {
    const moving = workflows.changes().filter(({ after }) => after.step === 'setAside' && after.direction === 'forward');
    if (moving.length === 0) return;
    for (const { after } of moving) workflows.put({ ...after, step: 'receive', waitingFor: null, runAfter: now });
    const sent = outbox.all().filter(({ envelope }) => (envelope.payload as { move?: { name: string } }).move?.name !== 'setAside');
    outbox.undo(0);
    for (const outgoing of sent) outbox.add(outgoing);
  },
);

const without = (method: string): Tampering => ({
  frame: frame => ({ ...frame, envelopes: frame.envelopes.filter(envelope => envelope.method !== method) }),
});

const changing = (method: string, change: (payload: never) => Partial<Envelope>): Tampering => ({
  frame: frame => ({
    ...frame,
    envelopes: frame.envelopes.map(one => (one.method === method ? { ...one, ...change(one.payload as never) } : one)),
  }),
});

const anywhere = changing('instance.build', (payload: { spec: object }) => ({
  payload: { ...payload, spec: { ...payload.spec, availabilityZone: null } },
}));

const rejectionsAsDeletions = changing(
  'build.rejected',
  ({ instanceUuid, epoch, countedFrom, events }: Record<'instanceUuid' | 'epoch' | 'countedFrom' | 'events', unknown>) => ({
    method: 'instance.deleted',
    payload: { instanceUuid, version: { epoch, generation: 99 }, countedFrom, events },
  }),
);

/** Lost on its way to the root only: the cells between still know. */
const losingBetweenCells = (method: string): Tampering => ({
  frame: frame => ({ ...frame, envelopes: frame.envelopes.filter(one => one.method !== method || one.target !== 'api') }),
});

/** The comparison of parents and children mends what some of these break: here nobody answers its questions. */
const UNMENDED: Tampering = { isAnswered: ({ method }) => method !== 'instances.digest' };

/** So many worlds are looked at before the fault counts as unnoticed. */
const WORLDS = 30;
const REST_SECONDS = 90;

interface Mutation extends DrawOptions {
  readonly breaks: string;
  readonly by: Tampering;
}

/** What was broken, and the promise that it broke. */
const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'a rejected build that is taken for a deletion': {
    breaks: 'no server is lost',
    by: rejectionsAsDeletions,
    weather: { spawnFails: 0.5 },
  },
  'recalls that are lost': {
    breaks: 'no server is doubled',
    by: without('instance.recall'),
    weather: { reordered: true, slowMessage: 0.1 },
    troubles: { secondsBetweenCuts: 2 },
    seconds: 90,
  },
  'a move that does not put its guest aside': { breaks: 'a server that moves is on at one place', by: movingWhatRuns, weather: {} },
  'tombstones that are not kept': {
    breaks: 'no server is resurrected',
    by: { makeStore: parts => new MemoryCellStore({ ...parts, tombstonesKeptMs: -1 }) },
    weather: { reordered: true, slowMessage: 0.3, processes: 2 },
  },
  'claims without compare and set': {
    breaks: 'no host is overfilled',
    by: { makeStore: parts => new ClaimsWithoutComparing(parts) },
    layout: { cells: { small: { hosts: ['h1'] } } },
    weather: { processes: 3, slowTransaction: 0.5 },
    seconds: 60,
  },
  'reservations that nobody looks at': { breaks: 'no cell is promised more than it reported', by: forgettingReservations, weather: {} },
  'a quota that is read without a lock': {
    breaks: 'no quota is overfilled',
    by: { makeStore: parts => new LocksNoQuota(parts) },
    weather: { processes: 3, slowTransaction: 0.7 },
    seconds: 120,
  },
  'a scheduler that looks at no quota of cells': {
    breaks: 'no quota is overfilled',
    by: seeingNoQuotaOfCells,
    troubles: { secondsBetweenOperators: 3 },
  },
  'a lock that nobody looks at': { breaks: 'a locked server is left alone', by: seeingNoLock, weather: {}, seconds: 120 },
  'a scheduler that looks for no disabled hosts and cells': {
    breaks: 'nothing new goes where an operator has disabled it',
    by: takingAllForEnabled,
    troubles: { secondsBetweenOperators: 3 },
  },
  'a scheduler that looks for no draining cells': {
    breaks: 'nothing new goes where an operator has disabled it',
    by: seeingNoDrain,
    troubles: { secondsBetweenOperators: 3 },
  },
  'an order that forgets its zone on the way': { breaks: 'a server is in the zone that was asked for', by: anywhere, weather: {} },
  'workflows that nobody wakes': {
    breaks: 'every build ends ACTIVE or ERROR',
    by: { makeStore: parts => new WakesNoWorkflow(parts) },
    weather: { spawnFails: 0.5 },
  },
  'reservations that no report settles': { breaks: 'nothing is left behind', by: settlingNothing, weather: {} },
  'frames that are sent once or never': {
    breaks: 'every build ends ACTIVE or ERROR',
    by: { makeStore: parts => new SendsOnlyOnce(parts) },
    weather: { processes: 2, diesCommitting: 0.05 },
  },
  'claims that overwrite each other': {
    breaks: 'what is claimed of a host is what its instances hold',
    by: { makeStore: parts => new ClaimsWithoutComparing(parts) },
    weather: { processes: 2, slowTransaction: 0.3 },
  },
  'a mirror that takes any report for the newest': {
    breaks: 'mirror equals owner',
    by: ignoringGenerations,
    weather: { reordered: true, slowMessage: 0.3 },
  },
  'guests that nobody compares with the instances': {
    breaks: 'mirror equals owner',
    by: without('guest.list'),
    troubles: { secondsBetweenHostDeaths: 3 },
    seconds: 60,
  },
  'ends of servers that the root never hears of': {
    breaks: 'a cell has what its parent believes to be there',
    by: losingBetweenCells('instance.deleted'),
    weather: {},
  },
  'quota that the dead keep': { breaks: 'quota equals the sum', by: keepingQuotaOfTheDead, weather: {} },
  'a store that handles a frame as often as it is delivered': {
    breaks: 'the log of actions tells what happened, once',
    by: { makeStore: parts => new ForgetsItsInbox(parts) },
    weather: { ackLost: 0.4 },
  },
  'questions without a deadline': {
    breaks: 'every question is answered in time',
    by: { waitsForEver: true },
    weather: { queryLost: 0.5 },
    seconds: 60,
  },
  'periodic work that fails': {
    breaks: 'no process fails but for want of its database',
    by: { makeStore: parts => new FailsOddly(parts) },
    weather: {},
  },
};

const isNoticed = async ({ breaks, by, ...options }: Mutation): Promise<boolean> => {
  for (let seed = 1; seed <= WORLDS; seed += 1) {
    const { violations } = await play(drawPlan(seed, { seconds: 30, ...options }), { ...UNMENDED, ...by }, REST_SECONDS);
    if (violations.some(violation => violation.invariant === breaks)) return true;
  }
  return false;
};

describe('the promises are broken, and it is noticed, by', () => {
  it.each(Object.keys(MUTATIONS))('%s', async title => {
    expect(await isNoticed(MUTATIONS[title]!)).toBe(true);
  });

  it('at least one for each of them', () => {
    const broken = new Set(Object.values(MUTATIONS).map(({ breaks }) => breaks));
    expect(INVARIANTS.map(({ name }) => name).filter(name => !broken.has(name))).toEqual([]);
  });
});
