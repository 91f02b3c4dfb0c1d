import { messageOf } from '#domain';
import type { Cell } from '../cell.js';
import type { Below } from '../queries.js';
import type { ChildRow } from '../rows.js';
import type { ChildComparison } from './compare-children.js';

/** A cell with very many children compares with each less often, so that its own work does not grow with them. */
const COMPARED_PER_SECOND = 4;

/** Compares with each child that can be heard, one after the other, spread over the interval. Done by whoever holds the lease. */
export class PeriodicComparison {
  private readonly dueAt = new Map<string, number>();
  private running = false;

  constructor(
    private readonly cell: Cell,
    private readonly comparison: ChildComparison,
    private readonly below: Below,
  ) {}

  /** Called every second or so. While a comparison is under way, another call does nothing. */
  async run(children: readonly ChildRow[]): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      const intervalMs = Math.max(this.cell.timings.compare, children.length / COMPARED_PER_SECOND) * 1000;
      for (const child of children) if (this.isDue(child, intervalMs)) await this.compare(child.name);
    } finally {
      this.running = false;
    }
  }

  /** Something was lost on the way: all are compared with the next call. */
  soon(): void {
    for (const name of this.dueAt.keys()) this.dueAt.set(name, 0);
  }

  private isDue({ name, lastSeenAt }: ChildRow, intervalMs: number): boolean {
    const now = this.cell.clock.now();
    const dueAt = this.dueAt.get(name);
    // A time further away than an interval was set by a clock that has been set back.
    if (dueAt !== undefined && now < dueAt && dueAt - now <= intervalMs) return false;
    this.dueAt.set(name, now + (dueAt === undefined ? this.cell.random.fraction() : 1) * intervalMs);
    return dueAt !== undefined && this.cell.attention.silence(lastSeenAt, now) <= this.cell.timings.childSilent * 1000;
  }

  private async compare(child: string): Promise<void> {
    try {
      await this.comparison.compare(child, this.below);
    } catch (error) {
      this.cell.log.info('child was not compared with', { child, reason: messageOf(error) });
    }
  }
}
