import type { CellPayload } from '#contracts';
import type { Cell } from './cell.js';
import type { CellStore } from './store.js';
import type { Globals, UnitOfWork } from './unit-of-work.js';

/** What the top owns (flavors), as this process knows it: read again once a second, for another process may have changed it. */
export class GlobalsCache {
  current: Globals = { version: 0, shapes: [], json: '' };

  constructor(
    private readonly cell: Cell,
    private readonly store: CellStore,
  ) {}

  async load(): Promise<void> {
    this.current = await this.store.readGlobals();
  }

  /** A child whose report shows an older version gets the newest: a cell that joined has the flavors with its first report. */
  refresh(tx: UnitOfWork, child: string, itsVersion: number): void {
    if (itsVersion >= this.current.version) return;
    this.cell.sendToChild(tx, child, 'globals.update', 'periodic', JSON.parse(this.current.json) as CellPayload<'globals.update'>);
  }
}
