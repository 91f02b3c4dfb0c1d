import type { HostChanges, ImageSource } from '#contracts';
import { type CellName, type CellPath, CloudError, hasPassed, nextHop } from '#domain';
import { isMute } from '../capacity.js';
import type { Cell } from '../cell.js';
import { type HostPlace, type HostServiceRow, type HostWish, hostPlaceKey } from '../rows.js';
import type { CellStore } from '../store.js';
import type { UnitOfWork } from '../unit-of-work.js';
import { changedHost } from './changed-host.js';

/** An order does not grow old on its way to a cell that is away. */
const NEVER = Number.MAX_SAFE_INTEGER;
/** Orders that got lost are looked for this often. */
const RETOLD_EVERY_MS = 60_000;
/** What a cell tells so long after an order was given knows of it, unless it got lost. */
const HEARD_WITHIN_MS = 60_000;
const RETOLD_TOGETHER = 100;

/**
 * What operators order of hosts at the top, where every cell's hosts are known. The row here says what is wanted, the order carries it
 * to the cell that has the host, and what comes back says that it is so.
 */
export class HostOrders {
  private retoldAt = 0;

  constructor(
    private readonly cell: Cell,
    private readonly store: CellStore,
  ) {}

  /** Returns what is wanted of the host from now on. @throws CloudError `notFound`; `conflict` for a cell that was taken out of the tree. */
  update(place: HostPlace, changes: HostChanges, requestId: string): Promise<HostWish> {
    return this.store.transact(this.wanted([place]), ({ work: tx }) => {
      const row = this.known(tx, place);
      if (!this.childOf(tx, place)) throw new CloudError('conflict', `Cell ${place.cellPath} is not in the tree any more.`);
      const wantedVersion = Math.max(tx.now, row.wantedVersion + 1, row.heardVersion + 1);
      const wanted = { ...row, ...changedHost(row, changes), wantedVersion };
      tx.hostServices.put(wanted);
      this.send(tx, wanted, requestId);
      return wanted;
    });
  }

  /**
   * It is not shown from now on, unless its cell says that it has it still: because it has instances, or because it reports again.
   * @throws CloudError `notFound`
   */
  remove(place: HostPlace, requestId: string): Promise<void> {
    return this.store.transact(this.wanted([place]), ({ work: tx }) => {
      const { cellPath, host } = this.known(tx, place);
      tx.hostServices.remove(hostPlaceKey(place));
      const child = this.childOf(tx, place);
      if (child) this.cell.sendToChild(tx, child, 'host.remove', requestId, { cellPath, host }, NEVER);
    });
  }

  /** Has these hosts fetch the images, for servers to come. Hosts of a cell that was taken out of the tree are left out. */
  cacheImages(places: readonly HostPlace[], images: readonly ImageSource[], requestId: string): Promise<void> {
    const byCell = new Map<string, string[]>();
    for (const { cellPath, host } of places) byCell.set(cellPath, [...(byCell.get(cellPath) ?? []), host]);
    return this.store.transact({ children: this.wanted(places).children }, ({ work: tx }) => {
      for (const [cellPath, hostNames] of byCell) {
        const child = this.childOf(tx, { cellPath });
        if (child) this.cell.sendToChild(tx, child, 'images.cache', requestId, { cellPath, hostNames, images: [...images] });
      }
    });
  }

  /** Gives orders again that got lost. Returns how many. */
  async retell(): Promise<number> {
    const now = this.cell.clock.now();
    if (!this.cell.isRoot || !hasPassed(RETOLD_EVERY_MS, this.retoldAt, now)) return 0;
    this.retoldAt = now;
    const unheard = await this.store.listUnheardHosts(HEARD_WITHIN_MS, RETOLD_TOGETHER);
    if (unheard.length === 0) return 0;
    await this.store.transact(this.wanted(unheard), ({ work: tx }) => {
      for (const place of unheard) {
        const row = tx.hostServices.get(hostPlaceKey(place));
        const child = row && tx.children.get(this.hopTo(place));
        if (!row || row.wantedVersion <= row.heardVersion || !child || isMute(child, tx.now, this.cell)) continue;
        this.cell.log.warn('an order for a host is given again', { host: place.host, owner: place.cellPath });
        this.send(tx, row, 'periodic');
      }
    });
    return unheard.length;
  }

  private send(tx: UnitOfWork, row: HostServiceRow, requestId: string): void {
    const { cellPath, host, enabled, disabledReason, forcedDown, wantedVersion: version } = row;
    const order = { cellPath, host, version, enabled, disabledReason, forcedDown };
    this.cell.sendToChild(tx, this.hopTo(row), 'host.update', requestId, order, NEVER);
  }

  private wanted(places: readonly HostPlace[]) {
    return { hostServices: places.map(hostPlaceKey), children: [...new Set(places.map(place => this.hopTo(place)))] };
  }

  private known(tx: UnitOfWork, place: HostPlace): HostServiceRow {
    const row = tx.hostServices.get(hostPlaceKey(place));
    if (!row) throw new CloudError('notFound', `Host ${place.host} could not be found.`);
    return row;
  }

  private childOf(tx: UnitOfWork, place: Pick<HostPlace, 'cellPath'>): CellName | undefined {
    const child = this.hopTo(place);
    return tx.children.get(child) && child;
  }

  private hopTo({ cellPath }: Pick<HostPlace, 'cellPath'>): CellName {
    return nextHop(this.cell.path, cellPath as CellPath);
  }
}
