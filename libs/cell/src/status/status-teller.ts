import type { CellStatus } from '#contracts';
import { hasPassed } from '#domain';
import type { CellCapacity } from '../capacity.js';
import type { Cell } from '../cell.js';
import type { GlobalsCache } from '../globals.js';
import type { CellStore } from '../store.js';
import type { CellMirror } from './cell-mirror.js';
import { ownStatus } from './own-status.js';

/** A cell that goes on as it was says so this often, so that nobody takes old news for bad news. */
const TELL_EVERY_MS = 60_000;
/** Numbers change with every build: they are told at most this often. */
const NUMBERS_EVERY_MS = 15_000;
/** How it stands (who is enabled, heard, up) is told on change, at most this often; and what came from below is passed on as often. */
const STANDING_EVERY_MS = 5_000;
/** Another process may have committed a row that it received a little earlier. */
const LATE_COMMIT_MS = 5_000;
/** Statuses of one frame at most; the rest follows with the next round. */
export const STATUSES_PER_FRAME = 100;

interface Told {
  readonly standing: string;
  readonly numbers: string;
  /** ms since 1970 */
  readonly at: number;
}

const NEVER: Told = { standing: '', numbers: '', at: 0 };

/**
 * What a cell tells its parent of itself and of those below it. Each status goes up unchanged, and all that is new since the last round
 * goes in one frame: so the frames that a cell receives grow with its children, not with what lies below them, and a cell that nothing
 * happens in costs one status a minute. What was told is remembered by the process that does it; another one tells everything again.
 */
export class StatusTeller {
  private told = NEVER;
  private roundAt = 0;
  private lookedAt = 0;
  /** Path to the generation that was passed on. */
  private readonly passed = new Map<string, number>();

  constructor(
    private readonly cell: Cell,
    private readonly store: CellStore,
    private readonly globals: GlobalsCache,
  ) {}

  /**
   * Sends what is due by `send`; when that throws, it is due again next time.
   * @returns how many statuses it sent
   */
  async tell(capacity: CellCapacity, send: (statuses: CellStatus[]) => Promise<void>): Promise<number> {
    const now = this.cell.clock.now();
    if (!hasPassed(STANDING_EVERY_MS, this.roundAt, now)) return 0;
    const news = capacity.children.length ? await this.newsFromBelow() : [];
    const own = await this.ownIfDue(capacity, now);
    const statuses = [...(own ? [own.status] : []), ...news.map(mirror => mirror.status)];
    for (let at = 0; at < statuses.length; at += STATUSES_PER_FRAME) await send(statuses.slice(at, at + STATUSES_PER_FRAME));
    this.roundAt = now;
    this.lookedAt = now;
    if (own) this.told = own.told;
    for (const { status } of news) this.passed.set(status.path, status.version.generation);
    return statuses.length;
  }

  /** How the cell stands at this moment. */
  async status(capacity: CellCapacity): Promise<CellStatus> {
    return ownStatus(this.cell, { capacity, backlog: await this.store.readBacklog(), globals: this.globals.current });
  }

  private async newsFromBelow(): Promise<CellMirror[]> {
    const changed = await this.store.readMirrors(this.lookedAt - LATE_COMMIT_MS);
    return changed.filter(({ status }) => this.passed.get(status.path) !== status.version.generation);
  }

  private async ownIfDue(capacity: CellCapacity, now: number): Promise<{ status: CellStatus; told: Told } | undefined> {
    const status = await this.status(capacity);
    const told = { ...contentOf(status), at: now };
    const isDue =
      told.standing !== this.told.standing ||
      hasPassed(TELL_EVERY_MS, this.told.at, now) ||
      (told.numbers !== this.told.numbers && hasPassed(NUMBERS_EVERY_MS, this.told.at, now));
    return isDue ? { status, told } : undefined;
  }
}

const contentOf = ({ version, reportedAt, instances, pools, queues, outboxSeconds, children, ...standing }: CellStatus) => ({
  standing: JSON.stringify([standing, children.map(({ lastSeenAt, drainedPercent, used, ...child }) => child)]),
  numbers: JSON.stringify([instances, pools, queues, outboxSeconds, children.map(child => child.used)]),
});
