import type { Loaded, UnitOfWork, Wanted } from '#cell';
import type { BuildSpec, Envelope } from '#contracts';
import type { Lock } from '../store/load-memory.js';
import { MemoryCellStore, type MemoryStoreParts } from '../store/memory-cell-store.js';
import type { Tampering } from './surroundings.js';

/* Each breaks one thing on purpose. */

export class ForgetsItsInbox extends MemoryCellStore {
  protected override seenFrames(): ReadonlySet<string> {
    return new Set();
  }
}

export class ClaimsWithoutComparing extends MemoryCellStore {
  protected override claimsConflict(): boolean {
    return false;
  }
}

/** Nor the children, which requests wait for as well: their counts would keep two of them apart. */
export class LocksNoQuota extends MemoryCellStore {
  protected override conflicts(tx: UnitOfWork, locks: readonly Lock[]): boolean {
    return super.conflicts(
      tx,
      locks.filter(({ table }) => table !== this.db.quotaUsages && table !== this.db.children),
    );
  }
}

export class SendsOnlyOnce extends MemoryCellStore {
  override async takeOutbox(limit: number) {
    const frames = await super.takeOutbox(limit);
    await this.deleteOutbox(frames.map(frame => frame.id));
    return [];
  }
}

export class WakesNoWorkflow extends MemoryCellStore {
  override async listDueWorkflows(): Promise<string[]> {
    return [];
  }
}

export class FailsOddly extends MemoryCellStore {
  override async listOverdueReservations(): Promise<string[]> {
    throw new Error('no such table');
  }
}

/** What a transaction does, in the store of one process. */
type Work = (work: UnitOfWork, process: MemoryStoreParts) => void;

/** What the work of a transaction sees, or what it leaves, is changed. */
export const seeing = (change: Work, after: Work = () => undefined): Required<Pick<Tampering, 'makeStore'>> => ({
  makeStore: parts =>
    new (class extends MemoryCellStore {
      override transact<T>(wanted: Wanted, work: (loaded: Loaded) => T): Promise<T> {
        return super.transact(wanted, loaded => {
          change(loaded.work, parts);
          const result = work(loaded);
          after(loaded.work, parts);
          return result;
        });
      }
    })(parts),
});

/** To its handlers, every report of a child is newer than what they have. */
export const ignoringGenerations = seeing(({ instances }) => {
  const mirrored = instances.all().filter(row => row.nextHop !== null && row.deletedAt === null);
  instances.fill(
    [],
    mirrored.map(row => ({ ...row, generation: -1 })),
  );
});

export const takingAllForEnabled = seeing(({ hosts, children }) => {
  hosts.fill(
    [],
    hosts.all().map(row => ({ ...row, enabled: true })),
  );
  children.fill(
    [],
    children.all().map(row => ({ ...row, enabled: true })),
  );
});

export const takingAllForAlike = seeing(({ hosts }) => {
  hosts.fill(
    [],
    hosts.all().map(row => ({ ...row, traits: ['CUSTOM_SSD'] })),
  );
});

export const seeingNoDrain = seeing(({ children }) => {
  children.fill(
    [],
    children.all().map(row => ({ ...row, draining: 0 })),
  );
});

export const seeingNoQuotaOfCells = seeing(({ children }) => {
  children.fill(
    [],
    children.all().map(row => ({ ...row, quota: null })),
  );
});

export const seeingNoLock = seeing(({ instances }) => {
  instances.fill(
    [],
    instances.all().map(row => ({ ...row, lock: null })),
  );
});

export const forgettingReservations = seeing(work => {
  Object.assign(work, { reserved: [] });
});

export const keepingQuotaOfTheDead = seeing(
  () => undefined,
  ({ quotaDeltas }) => {
    if (quotaDeltas.all().some(delta => delta.instances < 0)) quotaDeltas.undo(0);
  },
);

export const settlingNothing = seeing(
  () => undefined,
  ({ settlements }) => settlements.undo(0),
);

/** The guest is made anew elsewhere while it goes on where it is. */
export const movingWhatRuns = seeing(
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

export const without = (method: string): Tampering => ({
  frame: frame => ({ ...frame, envelopes: frame.envelopes.filter(envelope => envelope.method !== method) }),
});

export const changing = (method: string, change: (payload: never, envelope: Envelope) => Partial<Envelope>): Tampering => ({
  frame: frame => ({
    ...frame,
    envelopes: frame.envelopes.map(one => (one.method === method ? { ...one, ...change(one.payload as never, one) } : one)),
  }),
});

export const anywhere = changing('instance.build', (payload: { spec: object }) => ({
  payload: { ...payload, spec: { ...payload.spec, availabilityZone: null } },
}));

export const askingForNoTraits = changing('instance.build', ({ spec, ...payload }: { spec: BuildSpec }) => ({
  payload: { ...payload, spec: { ...spec, flavor: { ...spec.flavor, extraSpecs: {} } } },
}));

export const rejectionsAsDeletions = changing(
  'build.rejected',
  ({ instanceUuid, epoch, countedFrom, events }: Record<'instanceUuid' | 'epoch' | 'countedFrom' | 'events', unknown>) => ({
    method: 'instance.deleted',
    payload: { instanceUuid, version: { epoch, generation: 99 }, countedFrom, events },
  }),
);

/** Lost on its way to the root only: the cells between still know. */
export const losingBetweenCells = (method: string): Tampering => ({
  frame: frame => ({ ...frame, envelopes: frame.envelopes.filter(one => one.method !== method || one.target !== 'api') }),
});

/** The comparison of parents and children mends what some of these break: here nobody answers its questions. */
export const UNMENDED: Tampering = { isAnswered: ({ method }) => method !== 'instances.digest' };
