import type { ResourceShape } from '#domain';
import { type CellCandidate, type HostCandidate, reserve, takeFrom } from '#scheduling';
import { cellCandidate, hostCandidate } from './capacity.js';
import type { Cell } from './cell.js';
import type { UnitOfWork } from './unit-of-work.js';

/**
 * Hosts and children as the scheduler sees them, made once per transaction and kept in step with what it decides: a burst of builds
 * in one batch spreads, because each decision sees the ones before it.
 */
export class PlacementView {
  private static readonly views = new WeakMap<UnitOfWork, PlacementView>();

  static of(cell: Cell, tx: UnitOfWork): PlacementView {
    const known = PlacementView.views.get(tx);
    if (known && known.rollbacks === tx.rollbacks && known.hostsMark === tx.hosts.mark()) return known;
    const view = new PlacementView(cell, tx);
    PlacementView.views.set(tx, view);
    return view;
  }

  readonly hosts: readonly HostCandidate[];
  readonly children: readonly CellCandidate[];
  private readonly rollbacks: number;
  private hostsMark: number;

  private constructor(
    cell: Cell,
    private readonly tx: UnitOfWork,
  ) {
    this.rollbacks = tx.rollbacks;
    this.hostsMark = tx.hosts.mark();
    this.hosts = tx.hosts.all().map(host => hostCandidate(host, tx.now, cell));
    this.children = tx.children.all().map(child => cellCandidate(child, tx.reserved, tx.now, cell));
    this.addReservationsOfThisTransaction();
  }

  /** Called after the claim was written to the host's row. */
  took(candidate: HostCandidate, shape: ResourceShape): void {
    takeFrom(candidate, shape);
    this.hostsMark = this.tx.hosts.mark();
  }

  reserved(candidate: CellCandidate, room: { shape: ResourceShape; zone: string | null }): void {
    reserve(candidate.reserved, room);
  }

  private addReservationsOfThisTransaction(): void {
    for (const { before, after } of this.tx.reservations.changes()) {
      const child = this.children.find(candidate => candidate.name === after.child);
      if (child && !before) reserve(child.reserved, after);
    }
  }
}
