import type { HostMirror } from '#contracts';
import { hasPassed } from '#domain';
import { type CellCapacity, isHostHeard } from './capacity.js';
import type { Cell } from './cell.js';
import type { HostInventoryRow, HostRow } from './rows.js';
import type { CellStore } from './store.js';
import type { Upward } from './upward.js';

/** A host that goes on as it was is told of this often, so that nobody takes old news for bad news. */
const TOLD_EVERY_MS = 60_000;

/** What is in use changes with every build: it is told at most this often. */
const USE_EVERY_MS = 5_000;

/** What was told of a host: how it stands, and what is in use on it. */
interface Told {
  readonly standing: string;
  readonly use: string;
  /** ms since 1970 */
  readonly at: number;
}

const isWorthTelling = (news: Told, told: Told | undefined): boolean =>
  !told || news.standing !== told.standing || (news.use !== told.use && hasPassed(USE_EVERY_MS, told.at, news.at));

/**
 * Tells the cells above about the hosts of this one: at once when a host came, went silent or changed, and what is in use on it with
 * the next round. What was told is remembered by the process that does it; another one tells everything again.
 */
export class HostAnnouncer {
  private readonly told = new Map<string, Told>();

  constructor(
    private readonly cell: Cell,
    private readonly store: CellStore,
    private readonly upward: Upward,
  ) {}

  /** Returns how many hosts it told of. */
  async announce({ hosts }: CellCapacity): Promise<number> {
    const now = this.cell.clock.now();
    const news = new Map(hosts.map(host => [host.host, this.newsOf(host, now)]));
    for (const name of this.told.keys()) if (!news.has(name)) this.told.delete(name);
    const changed = hosts.filter(host => isWorthTelling(news.get(host.host)!, this.told.get(host.host))).map(host => host.host);
    if (changed.length === 0) return 0;
    await this.store.transact({ hosts: changed }, ({ work }) => {
      const mirrors = changed.flatMap(name => this.mirrorOf(work.hosts.get(name), work.hostInventories.get(name), work.now));
      if (mirrors.length) this.upward.hosts(work, mirrors);
    });
    for (const name of changed) this.told.set(name, news.get(name)!);
    return changed.length;
  }

  private newsOf(host: HostRow, now: number): Told {
    const { enabled, disabledReason, forcedDown, orderedVersion } = host;
    const wish = [enabled, disabledReason, forcedDown, orderedVersion];
    const standing = [isHostHeard(host, now, this.cell), ...wish, host.zone, host.total, host.reported.epoch];
    const use = [Math.floor(host.lastSeenAt / TOLD_EVERY_MS), host.used, host.runningGuests];
    return { standing: JSON.stringify(standing), use: JSON.stringify(use), at: now };
  }

  private mirrorOf(host: HostRow | undefined, inventory: HostInventoryRow | undefined, now: number): HostMirror[] {
    if (!host || !inventory) return [];
    return [
      {
        host: host.host,
        cellPath: this.cell.path,
        version: { epoch: 0, generation: now },
        zone: host.zone,
        enabled: host.enabled,
        disabledReason: host.disabledReason,
        up: isHostHeard(host, now, this.cell),
        lastSeenAt: host.lastSeenAt,
        inventory: inventory.inventory,
        used: host.used,
        runningGuests: host.runningGuests,
        forcedDown: host.forcedDown,
        orderedVersion: host.orderedVersion,
      },
    ];
  }
}
