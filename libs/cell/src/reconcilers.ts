import type { ComputePayload } from '#contracts';
import { PowerState, type PowerStateCode, vmStateFollowing } from '#domain';
import type { Builds } from './builds.js';
import type { Cell } from './cell.js';
import { withTriedCell } from './placement.js';
import type { CellStore } from './store.js';

/** So many instances are mended in one transaction. */
const CHUNK = 50;
/** The clocks of a host and its cell agree to within this, and a list is not older than this when it arrives. */
const LOOKED_MARGIN_MS = 5000;

/** What mends, without input, what a lost message or a dead process left. Each may run at any time, and twice. */
export class Reconcilers {
  constructor(
    private readonly cell: Cell,
    private readonly store: CellStore,
    private readonly builds: Builds,
  ) {}

  /** Workflows whose wait is over. Returns how many it moved. */
  async resumeWorkflows(): Promise<number> {
    const due = await this.store.listDueWorkflows(this.cell.clock.now(), CHUNK);
    if (due.length) {
      await this.store.transact({ instances: due, requestSpecs: due, placement: true }, ({ work }) => {
        for (const uuid of due) work.attempt(() => this.builds.resume(work, uuid));
      });
    }
    return due.length;
  }

  /** Resizes that their users have not confirmed in time. Returns how many. */
  async confirmOverdueMoves(): Promise<number> {
    const { clock, moves } = this.cell;
    if (moves.confirmSeconds === 0) return 0;
    const overdue = await this.store.listUnconfirmed(clock.now() - moves.confirmSeconds * 1000, CHUNK);
    if (overdue.length === 0) return 0;
    await this.store.transact({ instances: overdue, requestSpecs: overdue, placement: true }, ({ work: tx }) => {
      for (const uuid of overdue) {
        const row = tx.instances.get(uuid);
        if (row && !row.deletedAt && !row.nextHop) this.builds.move(tx, row, { name: 'confirm' }, 'periodic', false);
      }
    });
    return overdue.length;
  }

  /**
   * Builds that a child took and never answered: they are recalled there, so that it drops them whenever it comes back, and tried in
   * the next child. An answer that comes after all is from an earlier epoch, and is recalled too. A cell that could not hear listens for
   * a while first, as long as a child is not taken for silent: what was built meanwhile has been told, and only has to arrive.
   */
  async recallOverdueBuilds(): Promise<number> {
    const { attention, clock, timings } = this.cell;
    if (!attention.hasListened(timings.childSilent * 1000, clock.now())) return 0;
    const overdue = await this.store.listOverdueReservations(clock.now(), CHUNK);
    if (overdue.length === 0) return 0;
    await this.store.transact({ instances: overdue, requestSpecs: overdue, placement: true }, ({ work: tx }) => {
      for (const uuid of overdue) {
        const row = tx.instances.get(uuid);
        const reservation = tx.reservations.get(uuid);
        tx.reservations.remove(uuid);
        // Whatever an administrator has called it meanwhile: nobody has begun to build it.
        if (!row?.nextHop || !reservation || reservation.countedFrom || row.placement.deleteRequest !== undefined) continue;
        this.cell.log.warn('build not answered', { instanceUuid: uuid, child: row.nextHop });
        this.cell.sendToChild(
          tx,
          row.nextHop,
          'instance.recall',
          'periodic',
          { instanceUuid: uuid, epoch: row.highestEpoch },
          Number.MAX_SAFE_INTEGER,
        );
        const reason = { [row.nextHop]: 'did not answer in time' };
        const trail = [{ cell: this.cell.path, among: 'cells' as const, filter: 'Answer', before: 1, after: 0, rejected: reason }];
        const next = { ...row, nextHop: null, placement: withTriedCell(row.placement, row.nextHop, trail) };
        tx.instances.put(next);
        this.builds.placeElsewhere(tx, next, [], 'periodic');
      }
    });
    return overdue.length;
  }

  /**
   * Compares a host's guests with the instances that this cell believes to be there. A guest whose instance was deleted or moved is
   * destroyed; one that nobody knows is left alone and told of. An instance without its guest is shut down.
   */
  async compareGuests({ host, guests, at }: ComputePayload<'guest.list'>): Promise<void> {
    const expected = await this.store.listInstancesOnHost(host);
    const found = new Map(guests.map(guest => [guest.instanceUuid as string, guest.powerState as PowerStateCode]));
    const strangers = await this.store.listStrangers(
      host,
      guests.map(guest => guest.instanceUuid),
    );
    const changed = expected
      .filter(instance => (found.get(instance.uuid) ?? PowerState.SHUTDOWN) !== instance.powerState)
      .map(instance => instance.uuid);
    if (strangers.length + changed.length === 0) return;
    await this.store.transact({ instances: changed, requestSpecs: changed }, ({ work: tx }) => {
      for (const { uuid, epoch } of strangers) {
        this.cell.log.warn('guest without an instance is destroyed', { instanceUuid: uuid, host });
        this.cell.sendToHost(tx, host, 'guest.destroy', 'periodic', { instanceUuid: uuid, epoch, requestId: 'periodic' });
      }
      for (const uuid of changed) {
        const row = tx.instances.get(uuid);
        // What changed since the host looked is told by its own message; the next list will agree with it.
        if (!row || row.deletedAt || row.host !== host || row.updatedAt > at - LOOKED_MARGIN_MS) continue;
        const powerState = found.get(uuid) ?? PowerState.SHUTDOWN;
        // A guest that has run for so long was told of long ago: the message is lost.
        const isOld = row.updatedAt <= at - this.cell.timings.settle * 1000;
        if (isOld && powerState === PowerState.RUNNING) this.builds.spawnAgain(tx, row);
        this.builds.guestChanged(tx, row, { powerState, vmState: vmStateFollowing(powerState, row.vmState) });
      }
    });
  }
}
