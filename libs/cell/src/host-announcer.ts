import type { HostMirror } from '#contracts';
import { isHostUp } from './capacity.js';
import type { Cell } from './cell.js';
import type { HostInventoryRow, HostRow } from './rows.js';
import type { CellStore } from './store.js';
import type { Upward } from './upward.js';

/** A host that goes on as it was is told of this often, so that nobody takes old news for bad news. */
const TOLD_EVERY_MS = 60_000;

/**
 * Tells the cells above about the hosts of this one: at once when a host came, went silent or changed, and what is in use on it with
 * the next round. What was told is remembered by the process that does it; another one tells everything again.
 */
export class HostAnnouncer {
  private told = new Map<string, string>();

  constructor(
    private readonly cell: Cell,
    private readonly store: CellStore,
    private readonly upward: Upward,
  ) {}

  /** Returns how many hosts it told of. */
  async announce(): Promise<number> {
    const { hosts } = await this.store.readCapacity();
    const fingerprints = new Map(hosts.map(host => [host.host, this.fingerprintOf(host)]));
    const changed = hosts.filter(host => fingerprints.get(host.host) !== this.told.get(host.host)).map(host => host.host);
    if (changed.length === 0) return 0;
    await this.store.transact({ hosts: changed }, ({ work }) => {
      const mirrors = changed.flatMap(name => this.mirrorOf(work.hosts.get(name), work.hostInventories.get(name), work.now));
      if (mirrors.length) this.upward.hosts(work, mirrors);
    });
    for (const name of changed) this.told.set(name, fingerprints.get(name)!);
    return changed.length;
  }

  private fingerprintOf(host: HostRow): string {
    const up = isHostUp(host, this.cell.clock.now(), this.cell);
    return JSON.stringify([
      up,
      Math.floor(host.lastSeenAt / TOLD_EVERY_MS),
      host.enabled,
      host.zone,
      host.used,
      host.total,
      host.runningGuests,
      host.reported.epoch,
    ]);
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
        up: isHostUp(host, now, this.cell),
        lastSeenAt: host.lastSeenAt,
        inventory: inventory.inventory,
        used: host.used,
        runningGuests: host.runningGuests,
        gone: false,
      },
    ];
  }
}
