import { type Envelope, MAX_HOPS } from '#contracts';
import { type CellPath, parentOf } from '#domain';
import { MemoryCellStore, type MemoryStoreParts } from '../../store/memory-cell-store.js';
import { changing, seeing } from '../broken-builds.fixture.js';
import type { Tampering } from '../surroundings.js';

/* Builds whose cells talk as those of cells v1 did, in one thing each. */

const losing = (isLost: (received: Envelope) => boolean): Tampering => ({
  frame: frame => ({ ...frame, envelopes: frame.envelopes.filter(envelope => !isLost(envelope)) }),
});

export const droppingWhatWentTooFar = (method: string): Tampering => losing(one => one.method === method && one.hops > MAX_HOPS);
export const leavingQuestionsThatWentTooFar: Tampering = { isAnswered: query => query.hops <= MAX_HOPS };

export const droppingWhatIsNotUnderstood = losing(({ speaks }) => (speaks?.oldest ?? 0) > 1);

/** What it takes for its own version it handles. */
export const askingForNoVersion = (method: string): Tampering =>
  changing(method, () => ({ protocol: 1, speaks: { oldest: 1, newest: 1 } }));

/** Of two releases none speaks what the other does. */
export const inLockstep: Tampering = { protocolOf: () => ({ oldest: 2, newest: 2 }) };

export const knowingNoDeadline = changing('instance.build', () => ({ deadline: Number.MAX_SAFE_INTEGER }));

/** What is in the cells that are silent is not listed. */
export const listingWhoAnswers: Tampering = {
  makeStore: parts =>
    new (class extends MemoryCellStore {
      override async prune(): Promise<number> {
        const silent = parts.database.children.all().filter(child => child.lastSeenAt < parts.clock.now() - 30_000);
        const names = new Set(silent.map(child => child.name));
        for (const row of this.db.instances.all()) if (parts.top && names.has(row.nextHop ?? '')) this.db.instances.delete(row.uuid);
        return super.prune();
      }
    })(parts),
};

/** What a cell is told of the room below it, it passes on as it comes. */
export const passingReportsOn = seeing(
  () => undefined,
  ({ children, outbox, now }) => {
    for (const { before, after } of children.changes()) {
      const { report } = after;
      const source = report && parentOf(report.cell as CellPath);
      const target = source && parentOf(source);
      if (!target || report === before?.report) continue;
      const id = `passed on.${report.cell}.${report.version.generation}`;
      const payload = { ...report, cell: source };
      const envelope = {
        id,
        method: 'capacity.report',
        protocol: 1,
        source,
        target,
        hops: 0,
        deadline: now,
        requestId: 'periodic',
        payload,
      };
      outbox.add({ destination: { to: 'parent' }, envelope });
    }
  },
);

/** Each process of a cell reports. */
export class LeasesToAll extends MemoryCellStore {
  override async holdLease(): Promise<boolean> {
    return true;
  }
}

/** What a process waits for is in its memory: another that is answered in its place knows nothing of it. */
export const waitingInMemory: Tampering = {
  makeStore: parts => {
    const mine = new Set<string>();
    const { makeStore } = seeing(
      ({ workflows }) => {
        const subjects = workflows.all().map(({ subject }) => subject);
        const ofOthers = subjects.filter(subject => !mine.has(subject));
        workflows.fill(ofOthers, []);
      },
      ({ workflows }) => {
        for (const { after } of workflows.changes()) mine.add(after.subject);
      },
    );
    return makeStore(parts);
  },
};

export const storing = (make: new (parts: MemoryStoreParts) => MemoryCellStore): Tampering => ({ makeStore: parts => new make(parts) });
