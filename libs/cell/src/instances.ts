import type { ActionEvent, Fault, InstanceReport } from '#contracts';
import { CloudError, PowerState } from '#domain';
import type { InstanceRow } from './rows.js';
import { NO_PLACEMENT } from './rows.js';
import type { UnitOfWork } from './unit-of-work.js';

/** The row of an instance that was ordered here and has no place yet. */
export const orderedInstance = (uuid: string, epoch: number, now: number, groupUuid: string | null = null): InstanceRow => ({
  uuid,
  epoch,
  generation: 0,
  orderEpoch: epoch,
  placedEpoch: epoch,
  highestEpoch: epoch,
  nextHop: null,
  cellPath: null,
  host: null,
  node: null,
  vmState: 'building',
  taskState: 'scheduling',
  powerState: PowerState.NOSTATE,
  launchedAt: null,
  updatedAt: now,
  deletedAt: null,
  fault: null,
  placement: NO_PLACEMENT,
  claim: null,
  move: null,
  groupUuid,
  lock: null,
});

/** The row that stays of a deleted instance, so that a late message brings nothing back. */
export const tombstoneOf = (row: InstanceRow, now: number): InstanceRow => ({
  ...row,
  generation: row.generation + 1,
  vmState: 'deleted',
  taskState: null,
  powerState: PowerState.NOSTATE,
  updatedAt: now,
  deletedAt: now,
  claim: null,
  // Whether its quota was given back before must outlive it: nobody gives that back twice.
  placement: row.placement.quotaReturned ? { ...NO_PLACEMENT, quotaReturned: row.placement.quotaReturned } : NO_PLACEMENT,
});

/** @throws CloudError `internal` when there is none: the caller had looked. */
export const instanceOf = (tx: UnitOfWork, uuid: string): InstanceRow => {
  const row = tx.instances.get(uuid);
  if (!row) throw new CloudError('internal', `instance ${uuid} is not here`);
  return row;
};

export const reportOf = (row: InstanceRow, cellPath: string, events: readonly ActionEvent[]): InstanceReport => ({
  instanceUuid: row.uuid,
  version: { epoch: row.epoch, generation: row.generation },
  cellPath,
  host: row.host,
  node: row.node,
  vmState: row.vmState,
  taskState: row.taskState,
  powerState: row.powerState,
  launchedAt: row.launchedAt,
  updatedAt: row.updatedAt,
  fault: row.fault,
  events: [...events],
  ...(row.move && { move: row.move }),
  ...(row.placement.reset && { reset: row.placement.reset.requestId }),
});

/** An error as Nova's `fault` of a server: its code is 500 whatever went wrong below. */
export const faultOf = (message: string, now: number, details: string | null = null): Fault => ({
  code: 500,
  message,
  details,
  created: now,
});
