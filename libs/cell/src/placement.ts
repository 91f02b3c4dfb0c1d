import type { ActionEvent, BuildSpec, Decision, TrailEntry } from '#contracts';
import { type ResourceShape, shapeOf, subtractShapes } from '#domain';
import {
  type CellCandidate,
  type HostCandidate,
  noValidHostMessage,
  OWN_HOSTS,
  ownHostsCandidate,
  pickCell,
  pickHost,
  type RequestSpec,
  requestSpecOf,
  reservedRoomOf,
} from '#scheduling';
import type { Cell } from './cell.js';
import type { GlobalsCache } from './globals.js';
import { groupAmongCells, groupAmongHosts } from './groups.js';
import { faultOf, instanceOf } from './instances.js';
import { askedOf, type HostsWanted, nearAmongCells, nearAmongHosts } from './near-places.js';
import { PlacementView } from './placement-view.js';
import type { HostRow, InstanceRow, Placement, ReservationRow } from './rows.js';
import type { UnitOfWork } from './unit-of-work.js';
import type { Upward } from './upward.js';

/** The log names so many candidates: it tells what a choice was like; explain tells all. */
const NAMED = 20;

/** Places in one cell, by the cell's filters and weighers. */
export class Scheduler {
  constructor(
    private readonly cell: Cell,
    private readonly upward: Upward,
    private readonly globals: GlobalsCache,
    /** It decides for a transaction that will be taken back: it asks every filter about each candidate, and writes no log. */
    private readonly rehearses = false,
  ) {}

  /**
   * Picks a host of this cell and claims it: the room is taken in the host's row, whose generation the commit compares. Without a
   * host, the trail says why.
   */
  claimHost(
    tx: UnitOfWork,
    row: InstanceRow,
    spec: BuildSpec,
    { among, asked = null }: HostsWanted,
  ): { host?: HostRow; trail: TrailEntry[] } {
    const view = PlacementView.of(this.cell, tx, this.globals);
    const request = requestSpecOf(spec, {
      tried: new Set(row.placement.triedHosts),
      group: groupAmongHosts(tx, row, spec),
      near: nearAmongHosts(this.cell.path, spec),
      asked,
    });
    const hosts = among ? view.hosts.filter(({ host }) => among(host)) : view.hosts;
    const {
      host: choice,
      trail,
      decision,
    } = this.timed('hosts', () => pickHost(hosts, request, this.cell.scheduling.hosts, { thorough: this.rehearses }));
    keep(tx, spec, decision);
    this.tell(
      'host chosen',
      spec,
      hosts.slice(0, NAMED).map(host => host.host),
      choice?.host,
      trail,
    );
    if (!choice) return { trail };
    const shape = shapeOf(spec.flavor);
    this.take(tx, choice, shape);
    view.took(choice, shape);
    return { host: tx.hosts.get(choice.host)!, trail };
  }

  private take(tx: UnitOfWork, choice: HostCandidate, shape: ReturnType<typeof shapeOf>): void {
    const host = tx.hosts.get(choice.host)!;
    const used = {
      vcpus: host.used.vcpus + shape.vcpus,
      memoryMb: host.used.memoryMb + shape.memoryMb,
      diskGb: host.used.diskGb + shape.diskGb,
    };
    tx.hosts.put({ ...host, used, claims: host.claims + 1, generation: host.generation + 1 });
  }

  /** Gives the instance's room back to its host. An instance without a claim has nothing to give back. */
  releaseHost(tx: UnitOfWork, row: InstanceRow): void {
    this.release(tx, row.host, row.claim);
  }

  /** Gives room back to a host of this cell. */
  release(tx: UnitOfWork, name: string | null, claim: ResourceShape | null): void {
    const host = name ? tx.hosts.get(name) : undefined;
    if (!host || !claim) return;
    const used = subtractShapes(host.used, claim);
    tx.hosts.put({ ...host, used, claims: host.claims - 1, generation: host.generation + 1 });
  }

  /**
   * Chooses among the children that have not refused it and, in a cell that has hosts beside them, those hosts taken together. A child is
   * sent the build, and the room is reserved there. When nothing is left it is rejected: the parent tries its next child, and the root
   * gives up.
   * @returns whether it is to be built on a host of this cell, which the caller does
   */
  choose(tx: UnitOfWork, uuid: string, spec: BuildSpec, events: readonly ActionEvent[] = []): boolean {
    const row = instanceOf(tx, uuid);
    const latest = row.placement.deadline ?? Number.MAX_SAFE_INTEGER;
    if (latest <= tx.now) {
      this.reject(tx, row, spec, [notTaken(this.cell, 'Deadline', 'no time is left to try another cell')], events);
      return false;
    }
    const view = PlacementView.of(this.cell, tx, this.globals);
    const { triedCells } = row.placement;
    if (view.children.length === 0 && view.hosts.length > 0 && triedCells.length === 0) return true;
    const request = requestSpecOf(spec, {
      tried: new Set(triedCells),
      group: groupAmongCells(tx, row, spec),
      near: nearAmongCells(this.cell.path, spec),
      asked: askedOf(spec),
    });
    const candidates = this.candidatesFor(view, request);
    const {
      cell: child,
      trail,
      decision,
    } = this.timed('cells', () => pickCell(candidates, request, this.cell.scheduling.cells, { thorough: this.rehearses }));
    // A cell that has hosts and no children chose before, among its hosts.
    if (candidates.length || !view.hosts.length) keep(tx, spec, decision);
    if (candidates.length)
      this.tell(
        'cell chosen',
        spec,
        candidates.slice(0, NAMED).map(c => c.name),
        child?.name,
        trail,
      );
    if (!child) {
      this.reject(tx, row, spec, trail, events);
      return false;
    }

    const epoch = row.highestEpoch + 1;
    if (child.name === OWN_HOSTS) {
      // What a child still tells of its attempt is of an earlier epoch.
      tx.instances.put({
        ...row,
        placedEpoch: epoch,
        highestEpoch: epoch,
        host: null,
        node: null,
        cellPath: null,
        taskState: 'scheduling',
      });
      return true;
    }
    const expiresAt = Math.min(tx.now + this.cell.timings.build * 1000, latest);
    tx.instances.put({
      ...row,
      placedEpoch: epoch,
      highestEpoch: epoch,
      nextHop: child.name,
      vmState: 'building',
      taskState: 'scheduling',
      updatedAt: tx.now,
    });
    const room = reservedRoomOf(request);
    tx.reservations.put({ ...room, instanceUuid: uuid, child: child.name, epoch, countedFrom: null, expiresAt });
    view.reserved(child, room);
    this.order(tx, spec, { child: child.name, epoch, expiresAt });
    return false;
  }

  /** A cell without children has nothing to choose from once it has tried its hosts. */
  private candidatesFor({ children, hosts }: PlacementView, { shape, tried }: RequestSpec): readonly CellCandidate[] {
    if (hosts.length === 0 || (children.length === 0 && tried.has(OWN_HOSTS))) return children;
    return [...children, ownHostsCandidate(hosts, shape, { cell: this.cell.path, protocol: this.cell.protocols.ours })];
  }

  /**
   * Sends an order again that its child has not answered, as it was and with the time that it has left. A child that has it changes
   * nothing.
   */
  orderAgain(tx: UnitOfWork, reservation: ReservationRow): void {
    const spec = tx.requestSpecs.get(reservation.instanceUuid)?.spec;
    if (spec && reservation.expiresAt > tx.now) this.order(tx, spec, reservation);
  }

  private order(tx: UnitOfWork, spec: BuildSpec, { child, epoch, expiresAt }: Pick<ReservationRow, 'child' | 'epoch' | 'expiresAt'>): void {
    const globalsVersion = this.globals.seenBy(tx).version;
    this.globals.tellBefore(tx, child);
    this.cell.sendToChild(tx, child, 'instance.build', spec.requestId, { spec, epoch, globalsVersion }, expiresAt);
  }

  /** No place here or below. */
  reject(tx: UnitOfWork, row: InstanceRow, spec: BuildSpec, trail: readonly TrailEntry[], events: readonly ActionEvent[]): void {
    const whole = shortened([...row.placement.trail, ...trail]);
    const fault = faultOf(noValidHostMessage(whole), tx.now, JSON.stringify(whole));
    const rejected: InstanceRow = {
      ...row,
      nextHop: null,
      host: null,
      node: null,
      // What names no cell is given back (`isGivenBack`): it is not here any more.
      cellPath: null,
      claim: null,
      vmState: 'error',
      taskState: null,
      fault,
      placement: { ...row.placement, trail: whole },
      updatedAt: tx.now,
    };
    tx.instances.put(rejected);
    tx.reservations.remove(row.uuid);
    // Should it be ordered here again, the order brings its spec; the root needs it for what the user may do next.
    if (!this.cell.isRoot) tx.requestSpecs.remove(row.uuid);
    if (!this.rehearses) this.cell.meter.build('rejected');
    if (!this.rehearses) this.cell.log.info('build rejected', { requestId: spec.requestId, instanceUuid: row.uuid, reason: fault.message });
    this.upward.rejected(tx, { row: rejected, fault, trail: whole, events, requestId: spec.requestId });
  }

  private timed<T>(among: 'hosts' | 'cells', choose: () => T): T {
    if (this.rehearses) return choose();
    const chosen = this.cell.meter.choice(among);
    const choice = choose();
    chosen();
    return choice;
  }

  private tell(
    event: string,
    spec: BuildSpec,
    considered: readonly string[],
    chosen: string | undefined,
    trail: readonly TrailEntry[],
  ): void {
    if (this.rehearses) return;
    this.cell.log.info(event, {
      requestId: spec.requestId,
      instanceUuid: spec.instanceUuid,
      considered,
      chosen: chosen ?? null,
      ...(chosen ? {} : { trail }),
    });
  }
}

const keep = (tx: UnitOfWork, { instanceUuid, requestId }: BuildSpec, decision: Decision): void =>
  tx.decisions.add({ instanceUuid, requestId, at: tx.now, decision });

/** Long enough to read why, short enough to travel: the last entries matter most. */
const shortened = (trail: readonly TrailEntry[]): TrailEntry[] => trail.slice(-40);

export const withTriedCell = (placement: Placement, child: string, trail: readonly TrailEntry[]): Placement => ({
  ...placement,
  triedCells: [...placement.triedCells, child],
  trail: shortened([...placement.trail, ...trail]),
});

/** What the trail tells of an order that this cell refuses whole. */
export const notTaken = (cell: Cell, filter: string, reason: string): TrailEntry => ({
  cell: cell.path,
  among: 'cells',
  filter,
  before: 1,
  after: 0,
  rejected: { [cell.name]: reason },
});

export const withTrail = (placement: Placement, trail: readonly TrailEntry[]): Placement => ({
  ...placement,
  trail: shortened([...placement.trail, ...trail]),
});

export const withTriedHost = (placement: Placement, host: string, reason: string, cell: string): Placement => ({
  ...placement,
  triedHosts: [...placement.triedHosts, host],
  trail: shortened([...placement.trail, { cell, among: 'hosts', filter: 'Spawn', before: 1, after: 0, rejected: { [host]: reason } }]),
});
