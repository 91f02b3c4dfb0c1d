import type { ActionEvent, Fault, GoneHost, HostMirror, InstanceReport, Move, TrailEntry } from '#contracts';
import { isOver, type Version } from '#domain';
import type { Cell } from './cell.js';
import { faultOf, instanceOf, tombstoneOf } from './instances.js';
import { less } from './moves/held.js';
import { type InstanceRow, NO_USE } from './rows.js';
import { chargeOf } from './soft-delete/returned-quota.js';
import type { MoveRecord, UnitOfWork } from './unit-of-work.js';

export interface Rejection {
  readonly row: InstanceRow;
  readonly fault: Fault;
  readonly trail: readonly TrailEntry[];
  readonly events: readonly ActionEvent[];
  readonly requestId: string;
}

/** What a cell tells about its instances, to whoever must know above it. */
export interface Upward {
  state(tx: UnitOfWork, report: InstanceReport, requestId: string): void;
  deleted(tx: UnitOfWork, uuid: string, version: Version, events: readonly ActionEvent[], requestId: string): void;
  rejected(tx: UnitOfWork, rejection: Rejection): void;
  hosts(tx: UnitOfWork, hosts: readonly HostMirror[]): void;
  hostGone(tx: UnitOfWork, gone: GoneHost): void;
}

/** A cell with a parent passes everything on as events. */
export class ToParent implements Upward {
  constructor(private readonly cell: Cell) {}

  state(tx: UnitOfWork, report: InstanceReport, requestId: string): void {
    this.cell.sendUp(tx, 'instance.state', requestId, { report, countedFrom: this.cell.countedFrom(tx) });
  }

  deleted(tx: UnitOfWork, uuid: string, version: Version, events: readonly ActionEvent[], requestId: string): void {
    this.cell.sendUp(tx, 'instance.deleted', requestId, {
      instanceUuid: uuid,
      version: { ...version },
      countedFrom: this.cell.countedFrom(tx),
      events: [...events],
    });
  }

  rejected(tx: UnitOfWork, { row, fault, trail, events, requestId }: Rejection): void {
    this.cell.sendUp(tx, 'build.rejected', requestId, {
      instanceUuid: row.uuid,
      epoch: row.orderEpoch,
      highestEpoch: row.highestEpoch,
      fault,
      trail: [...trail],
      countedFrom: this.cell.countedFrom(tx),
      events: [...events],
    });
  }

  hosts(tx: UnitOfWork, hosts: readonly HostMirror[]): void {
    this.cell.sendUp(tx, 'host.mirror', 'periodic', { hosts: [...hosts] });
  }

  hostGone(tx: UnitOfWork, gone: GoneHost): void {
    this.cell.sendUp(tx, 'host.gone', 'periodic', gone);
  }
}

/** The root keeps the records that users read: action events, faults, quota, the mirror of hosts. */
export class AtTheTop implements Upward {
  state(tx: UnitOfWork, report: InstanceReport): void {
    this.record(tx, report.instanceUuid, report.events);
  }

  deleted(tx: UnitOfWork, uuid: string, _version: Version, events: readonly ActionEvent[]): void {
    this.record(tx, uuid, events);
    const row = instanceOf(tx, uuid);
    if (!row.deletedAt) tx.instances.put(tombstoneOf(row, tx.now));
    this.giveBackQuota(tx, uuid);
  }

  /** No cell is left: the server goes to ERROR. The fault's details, for administrators, are the trail and where the whole story is. */
  rejected(tx: UnitOfWork, { row, fault: { message, created }, trail, events, requestId }: Rejection): void {
    const end = { requestId, event: 'conductor_schedule_and_build_instances', start: row.updatedAt, finish: tx.now, host: null };
    this.record(tx, row.uuid, [...events, { ...end, result: 'Error', details: message }]);
    const fault = faultOf(message, created, JSON.stringify({ explain: `/os-cells/explain/${row.uuid}`, trail }));
    tx.instances.put({ ...row, vmState: 'error', taskState: null, fault, placement: { ...row.placement, trail }, updatedAt: tx.now });
  }

  hosts(tx: UnitOfWork, hosts: readonly HostMirror[]): void {
    for (const host of hosts) tx.hostMirrors.add(host);
  }

  hostGone(tx: UnitOfWork, gone: GoneHost): void {
    tx.goneHosts.add(gone);
  }

  private record(tx: UnitOfWork, instanceUuid: string, events: readonly ActionEvent[]): void {
    for (const event of events) tx.actionEvents.add({ ...event, instanceUuid });
  }

  /** The request spec says what was taken; it goes with the server, so that a second deletion finds nothing to give back. */
  private giveBackQuota(tx: UnitOfWork, uuid: string): void {
    const spec = tx.requestSpecs.get(uuid)?.spec;
    if (!spec) return;
    const row = instanceOf(tx, uuid);
    tx.quotaDeltas.add({ projectId: spec.projectId, ...less(NO_USE, chargeOf(row, spec)) });
    if (row.move && !isOver(row.move)) tx.moves.add(endedMove(row, row.move, tx.now));
    tx.requestSpecs.remove(uuid);
  }
}

/** Of a server that is deleted: one that waited to be confirmed is, any other has failed. */
const endedMove = ({ uuid, epoch, generation }: InstanceRow, move: Move, now: number): MoveRecord => ({
  instanceUuid: uuid,
  move: { ...move, status: move.status === 'finished' ? 'confirmed' : 'error', updatedAt: now },
  version: { epoch, generation },
});
