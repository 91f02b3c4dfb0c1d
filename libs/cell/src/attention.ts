import { hasPassed } from '#domain';

/** What a cell hears by, and what it notes down with: without either nothing that is told reaches it. */
type Sense = 'broker' | 'database';

/** A transaction fails now and then; a database that lets none through for so long is away. */
const AWAY_MS = 2000;

/**
 * Since when a cell has been listening. A neighbour that could not be heard was not silent: while this cell was down, or its broker
 * or its database away, nobody's silence grows. Without it, a cell that comes back finds all its children mute and refuses every build
 * until they have reported again. Times are ms since 1970.
 */
export class Attention {
  private readonly missing = new Set<Sense>(['broker']);
  private deafFrom: number;
  private hearingFrom: number | undefined;
  private failingFrom: number | undefined;

  /** @param lastHeard when this cell, in any of its processes, was last known to listen */
  constructor(lastHeard: number) {
    this.deafFrom = lastHeard;
  }

  /** The broker is there. */
  listens(now: number): void {
    this.gains('broker', now);
  }

  /** The broker is away. */
  deaf(now: number): void {
    this.loses('broker', now);
  }

  /** The database has taken what was heard. */
  noted(now: number): void {
    this.failingFrom = undefined;
    this.gains('database', now);
  }

  /** The database has not taken what was to be noted down from `since` on. */
  notNoted(since: number, now: number): void {
    this.failingFrom ??= since;
    if (hasPassed(AWAY_MS, this.failingFrom, now)) this.loses('database', this.failingFrom);
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

  private gains(sense: Sense, now: number): void {
    this.missing.delete(sense);
    if (this.missing.size === 0) this.hearingFrom ??= now;
  }

  private loses(sense: Sense, from: number): void {
    this.missing.add(sense);
    if (this.hearingFrom === undefined) return;
    this.hearingFrom = undefined;
    this.deafFrom = from;
  }
}
