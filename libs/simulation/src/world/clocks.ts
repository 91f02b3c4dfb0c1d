import type { Clock } from '#domain';
import type { Dice } from './dice.js';
import type { Timeline } from './timeline.js';

/*
 * What the design asks of clocks, and what it does without.
 *
 * - The processes of one cell agree to within a second (REPORT_MARGIN_MS of libs/cell). Beyond it, a reservation may be settled by a
 *   report that does not count the instance yet: the room is promised twice, the child refuses the second and the next cell is tried.
 * - A host and its cell agree to within five seconds (LOOKED_MARGIN_MS). Beyond it, an old list of guests may set an instance to the
 *   power state that it had when the host looked; the next list sets it right.
 * - Neighbours agree to within a part of the time that a build may take (`timings.build`, minutes in production). A child whose clock
 *   is ahead by more refuses orders as too old, and its parent tries the next cell.
 *
 * A clock that was wrong by more and is put right (`setWrongBy`) costs no more than its wrongness did: reports, mirrors and leases of
 * the time that was wrong give way when nothing newer comes, after 16 s for a host and 150 s for what the top mirrors.
 *
 * Nothing is ever lost, doubled or overfilled by a clock: that hangs on epochs, generations and claims, which no clock gives out.
 */

/** Two machines are never further apart than this, in ms, in any world. */
export const MOST_APART_MS = 4000;
/** Processes of one cell are never further apart than this. */
export const PROCESSES_APART_MS = 500;
/** A bad quartz gains or loses so much of the time. */
const WORST_DRIFT = 0.005;

/** What one machine takes for the time: ahead or behind by some, gaining or losing, set forth or back at times. */
export class MachineClock {
  private ahead: number;
  private readonly drift: number;
  private readonly began: number;
  private wrongBy = 0;

  /** @param apartMs this clock stays within half of it of the true time */
  constructor(
    private readonly timeline: Timeline,
    dice: Dice,
    private readonly apartMs: number,
  ) {
    this.began = timeline.now();
    this.ahead = dice.between(-apartMs / 2, apartMs / 2);
    this.drift = apartMs ? dice.between(-WORST_DRIFT, WORST_DRIFT) : 0;
  }

  now(): number {
    const now = this.timeline.now();
    const off = this.ahead + this.drift * (now - this.began);
    return Math.round(now + this.wrongBy + Math.max(-this.apartMs / 2, Math.min(this.apartMs / 2, off)));
  }

  /** Somebody sets it, or it is put right. */
  jump(milliseconds: number): void {
    this.ahead += milliseconds;
  }

  /** It is wrong by so many milliseconds, however far apart two machines may be in this world; 0: it is right again. */
  setWrongBy(milliseconds: number): void {
    this.wrongBy = milliseconds;
  }
}

/** A process's clock: its machine's, and a little ahead of it. */
export const processClock = (machine: MachineClock, dice: Dice, sleep: Clock['sleep']): Clock => {
  const ahead = dice.whole(0, PROCESSES_APART_MS);
  return { now: () => machine.now() + ahead, sleep };
};
