import type { CellEvent, CellPayload, CellReport, Envelope } from '#contracts';
import { type CellPath, isAtOrBelow, isNewer, nameOf } from '#domain';
import type { Builds } from './builds.js';
import type { Cell } from './cell.js';
import { unknownBelow } from './comparison/unknown-below.js';
import type { GlobalsCache } from './globals.js';
import { followMove, moveAfter } from './moves/follow-move.js';
import { withTriedCell } from './placement.js';
import { isBeforeReset, taskStateAfter, withoutReset } from './resets.js';
import type { ChildRow, InstanceRow } from './rows.js';
import { afterRestoreOrder, settleQuota } from './soft-delete/returned-quota.js';
import type { UnitOfWork } from './unit-of-work.js';
import type { Upward } from './upward.js';

type FromChild = CellEvent | CellReport;
export type EventHandlers = { [M in FromChild]: (tx: UnitOfWork, payload: CellPayload<M>, received: Envelope) => void };

/** What a cell does with what a child tells. State only ever moves forward: an older version changes nothing. */
export const eventHandlers = (cell: Cell, builds: Builds, upward: Upward, globals: GlobalsCache): EventHandlers => ({
  'instance.state': (tx, { report, countedFrom }, received) => {
    const child = nameOf(received.source as CellPath);
    const row = tx.instances.get(report.instanceUuid);
    if (!row) {
      // Recalling what this cell never knew would destroy guests after a database was lost: an operator decides that.
      cell.log.warn('state of an unknown instance ignored', { instanceUuid: report.instanceUuid, child });
      return;
    }
    if (row.deletedAt && !isNewer(report.version, row)) return;
    if (row.deletedAt || row.nextHop !== child || report.version.epoch < row.placedEpoch) {
      cell.log.warn('instance recalled', { instanceUuid: report.instanceUuid, child, epoch: report.version.epoch });
      cell.sendToChild(tx, child, 'instance.recall', received.requestId, {
        instanceUuid: report.instanceUuid,
        epoch: report.version.epoch,
      });
      return;
    }
    count(tx, report.instanceUuid, countedFrom);
    if (!isNewer(report.version, row) || isBeforeReset(report, row)) {
      // It was overtaken: the state is old, but what it tells of the action is told nowhere else.
      if (report.events.length) upward.state(tx, report, received.requestId);
      return;
    }
    const next: InstanceRow = {
      ...row,
      ...report.version,
      highestEpoch: Math.max(row.highestEpoch, report.version.epoch),
      cellPath: report.cellPath,
      host: report.host,
      node: report.node,
      vmState: report.vmState,
      taskState: taskStateAfter(report, row),
      powerState: report.powerState as InstanceRow['powerState'],
      launchedAt: report.launchedAt,
      updatedAt: Math.max(row.updatedAt, report.updatedAt),
      fault: report.fault,
      move: moveAfter(row.move, report.move ?? null),
      placement: withoutReset(row.placement),
    };
    followMove(tx, row, next, cell);
    if (cell.isRoot) tx.instances.put(settleQuota(tx, afterRestoreOrder(next, received.requestId, tx.now)));
    cell.log.info('instance state', {
      requestId: received.requestId,
      instanceUuid: row.uuid,
      vmState: report.vmState,
      taskState: report.taskState,
      host: report.host,
      owner: report.cellPath,
    });
    upward.state(tx, report, received.requestId);
  },

  'instance.deleted': (tx, { instanceUuid, version, events }, received) => {
    const child = nameOf(received.source as CellPath);
    const row = tx.instances.get(instanceUuid);
    if (!row || row.deletedAt) {
      // At the root a second one is a repetition; below it, the parent may not have heard the first.
      if (!cell.isRoot) upward.deleted(tx, instanceUuid, version, events, received.requestId);
      return;
    }
    // A child that was recalled deletes what was out of date: the instance itself lives on elsewhere.
    // One of an epoch before that of the owner heard last comes from a database that was set back.
    if (row.nextHop !== child || version.epoch < Math.max(row.placedEpoch, row.epoch)) return;
    builds.forget(tx, row, version);
    upward.deleted(tx, instanceUuid, version, events, received.requestId);
  },

  'build.rejected': (tx, { instanceUuid, epoch, highestEpoch, trail, events, fault }, received) => {
    const child = nameOf(received.source as CellPath);
    const row = tx.instances.get(instanceUuid);
    if (!row || row.deletedAt || row.nextHop !== child || epoch !== row.placedEpoch) return;
    const entries = trail.length
      ? trail
      : [{ cell: received.source, among: 'hosts' as const, filter: 'Build', before: 1, after: 0, rejected: { [child]: fault.message } }];
    const next: InstanceRow = {
      ...row,
      nextHop: null,
      host: null,
      node: null,
      cellPath: null,
      highestEpoch: Math.max(row.highestEpoch, highestEpoch),
      placement: withTriedCell(row.placement, child, entries),
    };
    tx.instances.put(next);
    tx.reservations.remove(instanceUuid);
    builds.placeElsewhere(tx, next, events, received.requestId);
  },

  'instance.unknown': unknownBelow(cell, upward),

  'host.mirror': (tx, { hosts }, { source }) =>
    upward.hosts(
      tx,
      hosts.filter(host => speaksFor(source, host.cellPath)),
    ),

  'host.gone': (tx, gone, { source }) => {
    if (speaksFor(source, gone.cellPath)) upward.hostGone(tx, gone);
  },

  'capacity.report': (tx, report, received) => {
    const child = tx.children.get(nameOf(received.source as CellPath));
    if (!child || isOvertaken(cell, child, report, tx.now)) return;
    tx.children.put({ ...child, report, lastSeenAt: tx.now });
    tx.settlements.add({ child: child.name, reported: report.version });
    cell.protocols.hear(received.source, report.protocol);
    const mismatch = cell.protocols.mismatch(received.source);
    if (mismatch === undefined) globals.refresh(tx, child.name, report.globalsVersion);
    else if (!sameProtocol(report, child.report)) cell.log.error('a child is refused', { child: child.name, reason: mismatch });
  },

  'cell.status': (tx, { statuses }, received) => {
    if (!tx.children.get(nameOf(received.source as CellPath))) return;
    const heard = statuses.filter(status => speaksFor(received.source, status.path));
    for (const status of heard) tx.cellMirrors.add({ status, receivedAt: tx.now });
  },
});

/** A cell speaks for itself and for those below it, for nobody else. */
const speaksFor = (sender: string, path: string): boolean => isAtOrBelow(path as CellPath, sender as CellPath);

/** The child has answered: its reports count the instance from now on, and the reservation goes with the first that does. */
const count = (tx: UnitOfWork, uuid: string, countedFrom: { epoch: number; generation: number }): void => {
  const reservation = tx.reservations.get(uuid);
  if (reservation && !reservation.countedFrom) tx.reservations.put({ ...reservation, countedFrom });
};

const sameProtocol = (a: CellPayload<'capacity.report'>, b: CellPayload<'capacity.report'> | null): boolean =>
  a.protocol.oldest === b?.protocol.oldest && a.protocol.newest === b.protocol.newest;

/** Two processes may take two reports in the wrong order. One from a clock that was set back is believed when no other comes. */
const isOvertaken = (cell: Cell, child: ChildRow, report: CellPayload<'capacity.report'>, now: number): boolean =>
  child.report !== null &&
  !isNewer(report.version, child.report.version) &&
  cell.attention.silence(child.lastSeenAt, now) <= cell.timings.childSilent * 1000;
