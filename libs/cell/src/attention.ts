import { hasPassed } from '#domain';

/**
 * Since when a cell has been listening. A neighbour that could not be heard was not silent: while this cell was down, or its broker
 * away, nobody's silence grows. Without it, a cell that comes back finds all its children mute and refuses every build until they
 * have reported again. Times are ms since 1970.
 */
export class Attention {
  private deafFrom: number;
  private hearingFrom: number | undefined;

  /** @param lastHeard when this cell, in any of its processes, was last known to listen */
  constructor(lastHeard: number) {
    this.deafFrom = lastHeard;
  }

  listens(now: number): void {
    this.hearingFrom ??= now;
  }

  deaf(now: number): void {
    if (this.hearingFrom === undefined) return;
    this.hearingFrom = undefined;
    this.deafFrom = now;
  }

  /** Whether it has listened for so long, in ms, without a break: whoever had something to say has said it by then. */
  hasListened(forMs: number, now: number): boolean {
    return this.hearingFrom !== undefined && hasPassed(forMs, this.hearingFrom, now);
  }

  /** For how long, in ms, the neighbour could have been heard and was not. */
  silence(lastSeenAt: number, now: number): number {
    const deafUntil = this.hearingFrom ?? now;
    const missed = Math.max(0, Math.min(deafUntil, now) - Math.max(this.deafFrom, lastSeenAt));
    return now - lastSeenAt - missed;
  }
}
