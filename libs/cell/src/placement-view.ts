import type { ResourceShape } from '#domain';
import { type CellCandidate, type HostCandidate, type ReservedRoom, reserve, takeFrom } from '#scheduling';
import { cellCandidate, hostCandidate, reservedByChild } from './capacity.js';
import type { Cell } from './cell.js';
import { childUseChanges, plus } from './child-use.js';
import type { GlobalsCache } from './globals.js';
import type { UnitOfWork } from './unit-of-work.js';

/**
 * Hosts and children as the scheduler sees them, made once per transaction and kept in step with what it decides: a burst of builds
 * in one batch spreads, because each decision sees the ones before it.
 */
export class PlacementView {
  private static readonly views = new WeakMap<UnitOfWork, PlacementView>();

  static of(cell: Cell, tx: UnitOfWork, globals: GlobalsCache): PlacementView {
    const known = PlacementView.views.get(tx);
    if (known && known.rollbacks === tx.rollbacks && known.hostsMark === tx.hosts.mark() && known.globalsMark === tx.globals.mark())
      return known;
    const view = new PlacementView(cell, tx, globals);
    PlacementView.views.set(tx, view);
    return view;
  }

  readonly hosts: readonly HostCandidate[];
  private readonly candidates: readonly CellCandidate[];
  private readonly rollbacks: number;
  private readonly globalsMark: number;
  private hostsMark: number;

  private constructor(
    cell: Cell,
    private readonly tx: UnitOfWork,
    globals: GlobalsCache,
  ) {
    this.rollbacks = tx.rollbacks;
    this.globalsMark = tx.globals.mark();
    this.hostsMark = tx.hosts.mark();
    const seen = globals.seenBy(tx);
    this.hosts = tx.hosts.all().map(host => hostCandidate(host, tx.now, cell, seen));
    const reserved = reservedByChild(tx.reserved);
    this.candidates = tx.children.all().map(child => cellCandidate(child, reserved.get(child.name), tx.now, cell, seen));
    this.addReservationsOfThisTransaction();
  }

  /** With what this transaction has sent there so far, where a quota asks for it. */
  get children(): readonly CellCandidate[] {
    if (this.candidates.every(candidate => candidate.quota === null)) return this.candidates;
    const changes = childUseChanges(this.tx);
    return this.candidates.map(candidate => ({ ...candidate, used: plus(candidate.used, changes.get(candidate.name)) }));
  }

  /** Called after the claim was written to the host's row. */
  took(candidate: HostCandidate, shape: ResourceShape): void {
    takeFrom(candidate, shape);
    this.hostsMark = this.tx.hosts.mark();
  }

  reserved(candidate: CellCandidate, room: ReservedRoom): void {
    reserve(candidate.reserved, room);
  }

  private addReservationsOfThisTransaction(): void {
    for (const { before, after } of this.tx.reservations.changes()) {
      const child = this.candidates.find(candidate => candidate.name === after.child);
      if (child && !before) reserve(child.reserved, after);
    }
  }
}
