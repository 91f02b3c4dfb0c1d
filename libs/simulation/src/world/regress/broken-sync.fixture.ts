import type { InstanceRow, Neighbour, UnitOfWork } from '#cell';
import { digestInstances, listCompared } from '../../store/compared-rows.js';
import { MemoryCellStore, type MemoryStoreParts } from '../../store/memory-cell-store.js';
import { MemoryDatabase } from '../../store/memory-database.js';
import { seeing } from '../broken-builds.fixture.js';
import type { Tampering } from '../surroundings.js';

/* Builds that keep their cells in step as cells v1 did, in one thing each. */

const rewritingInstances = (change: (row: InstanceRow) => Partial<InstanceRow>): Tampering =>
  seeing(({ instances }) => {
    instances.fill(
      [],
      instances.all().map(row => ({ ...row, ...change(row) })),
    );
  });

/** What is told of a deleted server brings it back. */
export const resurrecting = rewritingInstances(({ deletedAt }) => (deletedAt === null ? {} : { deletedAt: null, generation: -1 }));

/** An order is begun whether or not it was begun before. */
export const beginningAnew = rewritingInstances(() => ({ orderEpoch: -1 }));

type Chosen = (rows: readonly InstanceRow[], now: number) => readonly InstanceRow[];

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
export const ofTheLastHour: Chosen = (rows, now) => rows.filter(row => row.updatedAt > now - HOUR_MS);
export const oneAMinute: Chosen = (rows, now) => rows.filter((_, index) => index === Math.floor(now / MINUTE_MS) % rows.length);

/** Only these of the instances are ever compared with what others have of them. */
class ComparesSome extends MemoryCellStore {
  constructor(
    private readonly all: MemoryStoreParts,
    private readonly chosen: Chosen,
  ) {
    super(all);
  }

  private some(): MemoryDatabase {
    const some = new MemoryDatabase();
    for (const row of this.chosen(this.db.instances.sorted(), this.all.clock.now())) some.instances.put(row.uuid, row);
    return some;
  }

  override async listInstancesOnHost(host: string) {
    const { instances } = this.some();
    return (await super.listInstancesOnHost(host)).filter(({ uuid }) => instances.get(uuid));
  }

  override async digestInstances(neighbour: Neighbour, ranges: readonly string[]) {
    return digestInstances(this.some(), neighbour, ranges);
  }

  override async listCompared(neighbour: Neighbour, ranges: readonly string[]) {
    return listCompared(this.some(), neighbour, ranges);
  }
}

export const comparing = (chosen: Chosen): Tampering => ({ makeStore: parts => new ComparesSome(parts, chosen) });

const changed = ({ instances }: UnitOfWork): readonly InstanceRow[] => instances.changes().map(({ after }) => after);

/** What a cell is told of a server it tells back to whoever told it. */
export const tellingBack = seeing(
  () => undefined,
  tx => {
    for (const { uuid, nextHop, deletedAt, epoch, generation } of changed(tx)) {
      const [told] = tx.outbox.all();
      if (nextHop === null || deletedAt !== null || !told || told.envelope.method !== 'instance.state') continue;
      const envelope = {
        ...told.envelope,
        id: `back.${told.envelope.id}`,
        method: 'instance.retell',
        target: `${told.envelope.source}!${nextHop}`,
        payload: { instanceUuid: uuid, version: { epoch, generation } },
      };
      tx.outbox.add({ destination: { to: 'child', name: nextHop }, envelope });
    }
  },
);

/** A deletion of what a cell does not know leaves nothing behind. */
export const leavingNoTombstone = seeing(
  () => undefined,
  ({ instances }) => {
    for (const { before, after } of instances.changes()) if (!before && after.deletedAt !== null) instances.remove(after.uuid);
  },
);
