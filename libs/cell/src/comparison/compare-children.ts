import {
  type ChildDifferences,
  type ComparedInstance,
  type CompareOnly,
  InstanceDigests,
  type InstanceRanges,
  type ListedInstance,
} from '#contracts';
import { type CellName, childPath } from '#domain';
import type { Cell } from '../cell.js';
import type { Scheduler } from '../placement.js';
import type { Below } from '../queries.js';
import { withoutReset } from '../resets.js';
import type { CellStore, Loaded, Neighbour } from '../store.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { askedFor } from './asked-for.js';
import { type AskRanges, type Difference, findDifferences } from './find-differences.js';
import { isUnanswered, planRepair, type Repair } from './plan-repair.js';

/*
 * Parent and child agree about their instances, however long ago they came to differ.
 *
 * Messages between them are durable, repeated and applied once, so in all weathers that the simulation knows nothing is lost. What
 * remains is what no protocol survives: a message that was parked, a database that was set back by a restore, a fault of ours. So the
 * parent (it alone knows where an instance ought to be) asks each child from time to time, for digests of what it has, and goes down
 * where they differ (find-differences.ts). There is no limit of age: the whole of both is compared each time.
 *
 * What is compared: the parent's instances that point to the child, and the child's that are neither deleted nor given back; of each
 * the version and the task state.
 *
 * The comparison only finds; it never writes a state that it was told outside of the owner's messages. It repairs by having them sent
 * again: each is guarded by epoch and generation, so a repair that was not needed changes nothing, and a difference that a message on
 * its way will settle does no harm. Still rows that have just changed on either side, and edges where frames wait in an outbox, are
 * left to the messages, or a busy edge would do everything twice.
 *
 * | parent             | child            | why it may be so                     | repair                                            |
 * |--------------------|------------------|--------------------------------------|---------------------------------------------------|
 * | points to it       | another version  | a state was lost                     | `instance.retell`: the owner tells its state, with |
 * |                    |                  |                                      | a new generation when the parent has a later one  |
 * | points to it       | gave it back     | `build.rejected` was lost            | retell: rejected again, the next child is tried   |
 * | points to it       | tombstone        | `instance.deleted` was lost          | retell: told again, quota returned once           |
 * | points to it       | none, or that of | its order was lost, or its answer:   | the order again, with the time that it has left,  |
 * |                    | an order before  | the reservation is not answered      | and retell; the order's own deadline recalls it   |
 * | points to it       | none             | the child lost its database          | retell, `instance.unknown`: the server is ERROR   |
 * |                    |                  |                                      | and says why; it comes back when the database does |
 * | points, deleting   | any, or none     | the delete or its answer was lost,   | `instance.delete` again: it is always answered,   |
 * |                    |                  | or the tombstone is pruned           | also by a child without a trace of it             |
 * | tombstone          | has it           | recall lost; the child was restored  | `instance.recall`: what is deleted stays deleted  |
 * | points elsewhere   | has it           | recall lost: a former owner          | `instance.recall` up to the epoch that it told    |
 * | none               | has it           | this cell lost its database          | none: told to the operator, for a recall would    |
 * |                    |                  |                                      | destroy guests that the cells above still know    |
 */

/** A frame that has just been written is on its way; one that waits for longer than this will not arrive by itself. */
const WAITS_FROM_MS = 5_000;
const WAITS_UNTIL_MS = 600_000;
/** A question of one comparison is answered in this time, or the comparison is given up until the next. */
const ANSWER_MS = 10_000;
const REPAIRED_TOGETHER = 50;

export interface CompareOptions {
  readonly dryRun?: boolean;
  readonly only?: CompareOnly;
}

export class ChildComparison {
  constructor(
    private readonly cell: Cell,
    private readonly store: CellStore,
    private readonly scheduler: Scheduler,
  ) {}

  /** What this cell says to its parent about its instances in these ranges. */
  answer(ranges: InstanceRanges): Promise<InstanceDigests> {
    return this.digests({ to: 'parent' }, ranges);
  }

  /**
   * Compares with one child, and repairs what differs unless `dryRun`, and of it only what was asked for.
   * @throws CloudError `unavailable` when the child does not answer.
   */
  async compare(child: string, below: Below, { dryRun = false, only = {} }: CompareOptions = {}): Promise<ChildDifferences> {
    const ours: AskRanges = ranges => this.digests({ to: 'child', name: child }, ranges);
    const theirs: AskRanges = async ranges => InstanceDigests.parse(await below.askChild(child, this.question(child, ranges)));
    const { found, more, waiting } = await findDifferences(ours, theirs, this.cell.random);
    const differences: ComparedInstance[] = [];
    let [repaired, outside] = [0, 0];
    for (let at = 0; at < found.length; at += REPAIRED_TOGETHER) {
      const part = found.slice(at, at + REPAIRED_TOGETHER);
      const uuids = part.map(one => one.instanceUuid);
      const write = !dryRun && waiting === 0;
      const wanted = { instances: uuids, requestSpecs: uuids, children: [child] };
      const plans = await this.store.transact(wanted, loaded => this.plan(child, askedFor(part, only, loaded.work), loaded, write));
      outside += part.length - plans.length;
      differences.push(...plans);
      if (write) repaired += plans.filter(plan => plan.settled && plan.repair !== 'none' && plan.repair !== 'unknownAbove').length;
    }
    if (repaired) this.cell.log.warn('instances differed', { child, differences: differences.length, repaired, more });
    return { child: childPath(this.cell.path, child as CellName), differences, more, waiting, repaired, outside };
  }

  private plan(child: string, found: readonly Difference[], { work: tx }: Loaded, write: boolean): ComparedInstance[] {
    return found.map(({ instanceUuid, ours, theirs }) => {
      const row = tx.instances.get(instanceUuid);
      const repair = planRepair({ child, row, reservation: tx.reservations.get(instanceUuid), theirs });
      const settled = (ours?.settled ?? true) && (theirs?.settled ?? true) && (row?.updatedAt ?? 0) <= this.settledBefore();
      if (write && settled) this.carryOut(tx, child, instanceUuid, repair);
      const { kind, why } = repair;
      return { instanceUuid, here: row ? versionIn(row) : null, there: theirs ? versionIn(theirs) : null, settled, repair: kind, why };
    });
  }

  private carryOut(tx: UnitOfWork, child: string, instanceUuid: string, repair: Repair): void {
    const row = tx.instances.get(instanceUuid);
    const never = Number.MAX_SAFE_INTEGER;
    if (repair.kind === 'recall') {
      this.cell.sendToChild(tx, child, 'instance.recall', PERIODIC, { instanceUuid, epoch: repair.epoch }, never);
    } else if (repair.kind === 'retell' && row) {
      const version = { epoch: row.epoch, generation: row.generation };
      const reservation = tx.reservations.get(instanceUuid);
      if (reservation && isUnanswered(reservation)) this.scheduler.orderAgain(tx, reservation);
      // What the owner says now counts: a reset that it has not told of after all this time is lost.
      if (row.placement.reset) tx.instances.put({ ...row, placement: withoutReset(row.placement) });
      this.cell.sendToChild(tx, child, 'instance.retell', PERIODIC, { instanceUuid, version });
    } else if (repair.kind === 'delete' && row?.placement.deleteRequest !== undefined) {
      const { deleteRequest: requestId } = row.placement;
      this.cell.sendToChild(tx, child, 'instance.delete', requestId, { instanceUuid, epoch: row.highestEpoch, requestId }, never);
    } else if (repair.kind === 'unknownAbove') {
      this.cell.log.warn('a child has an instance that was never known here', { child, instanceUuid });
    }
  }

  private question(child: string, ranges: InstanceRanges) {
    const { cell } = this;
    const now = cell.clock.now();
    return cell.envelope(now, 'instances.digest', childPath(cell.path, child as CellName), PERIODIC, ranges, now + ANSWER_MS);
  }

  private async digests(neighbour: Neighbour, { digests, rows }: InstanceRanges): Promise<InstanceDigests> {
    const settledBefore = this.settledBefore();
    return {
      digests: digests.length ? await this.store.digestInstances(neighbour, digests) : [],
      rows: (rows.length ? await this.store.listCompared(neighbour, rows) : []).map(row => ({
        instanceUuid: row.uuid,
        epoch: row.epoch,
        generation: row.generation,
        taskState: row.taskState,
        settled: row.updatedAt <= settledBefore,
        updatedAt: row.updatedAt,
      })),
      waiting: await this.waitingFor(neighbour),
    };
  }

  private settledBefore(): number {
    return this.cell.clock.now() - this.cell.timings.settle * 1000;
  }

  private async waitingFor(neighbour: Neighbour): Promise<number> {
    const now = this.cell.clock.now();
    const destination = neighbour.to === 'parent' ? 'parent' : `child/${neighbour.name}`;
    const depth = (await this.store.outboxDepths()).find(one => one.destination === destination);
    const age = depth ? now - depth.oldestAt : 0;
    return depth && age > WAITS_FROM_MS && age < WAITS_UNTIL_MS ? depth.frames : 0;
  }
}

const PERIODIC = 'periodic';

const versionIn = ({ epoch, generation, taskState }: Pick<ListedInstance, 'epoch' | 'generation' | 'taskState'>) => ({
  epoch,
  generation,
  taskState,
});
