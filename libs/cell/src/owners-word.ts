import type { ActionEvent } from '#contracts';
import type { Cell } from './cell.js';
import { reportOf, tombstoneOf } from './instances.js';
import type { InstanceRow } from './rows.js';
import type { UnitOfWork } from './unit-of-work.js';
import type { Upward } from './upward.js';

/** What the cell that has an instance writes down of it and tells the cells above. */
export class OwnersWord {
  constructor(
    private readonly cell: Cell,
    private readonly upward: Upward,
  ) {}

  /** Tells the cells above how the instance stands: a new generation of it. */
  tell(tx: UnitOfWork, row: InstanceRow, events: readonly ActionEvent[], requestId: string, move = row.move): void {
    const next: InstanceRow = {
      ...row,
      epoch: row.placedEpoch,
      generation: row.generation + 1,
      cellPath: this.cell.path,
      updatedAt: tx.now,
    };
    tx.instances.put(next);
    this.cell.log.info('instance state', {
      requestId,
      instanceUuid: row.uuid,
      vmState: next.vmState,
      taskState: next.taskState,
      host: next.host,
      owner: this.cell.path,
    });
    this.upward.state(tx, reportOf({ ...next, move }, this.cell.path, events), requestId);
  }

  /** The end of an instance in this cell. */
  end(tx: UnitOfWork, row: InstanceRow, events: readonly ActionEvent[], requestId: string): void {
    const tombstone = { ...tombstoneOf(row, tx.now), highestEpoch: row.highestEpoch };
    tx.instances.put(tombstone);
    if (!this.cell.isRoot) tx.requestSpecs.remove(row.uuid);
    const version = { epoch: Math.max(tombstone.epoch, tombstone.placedEpoch), generation: tombstone.generation };
    this.upward.deleted(tx, row.uuid, version, events, requestId);
  }
}
