import type { ChildChanges, HostChanges } from '#contracts';
import { CloudError, nameOf } from '#domain';
import type { SimulatedCell } from './simulated-cell.js';
import type { SimulatedProcess } from './simulated-process.js';
import type { World } from './world.js';

/** Who got no answer in this time, in ms, asks again. */
const PATIENCE_MS = 5000;
const OPERATOR = { userId: 'operator', requestId: 'req-operator' };

/** Those who steer the cells of a world, each through the administration of the cell's parent, and the hosts. */
export class Operators {
  /** By what is wanted, and of what: the newest wish. */
  private readonly wishes = new Map<string, object>();

  constructor(private readonly world: World) {}

  /** Asks until the parent says that it is so, or somebody wants it otherwise. */
  async steer(path: string, changes: ChildChanges): Promise<void> {
    const { cells } = this.world;
    const cell = cells.get(path);
    const parent = cell?.parent && cells.get(cell.parent);
    if (!parent) return;
    const request = { name: nameOf(cell.path), changes };
    await this.insist(`${path} ${Object.keys(changes).join()}`, changes, parent, process =>
      process.administer({ ...this.orderTo(process), operation: 'cell.update', request }),
    );
  }

  /** Through the API at the top, or in the host's own cell; asks until it is taken, or somebody wants it otherwise. */
  async changeHost(name: string, changes: HostChanges, { locally = false } = {}): Promise<void> {
    const cellPath = this.world.findHost(name)?.cellPath;
    if (cellPath === undefined) return;
    const asked = locally ? this.world.cell(cellPath) : this.world.root;
    await this.insist(`${name} ${Object.keys(changes)[0]}`, changes, asked, process =>
      locally
        ? process.administer({ ...this.orderTo(process), operation: 'host.change', request: { name, changes } })
        : process.engine.hostOrders.update({ cellPath, host: name }, changes, OPERATOR.requestId),
    );
  }

  /** Whoever still waits for an answer gives up. */
  rest(): void {
    this.wishes.clear();
  }

  private async insist(
    wish: string,
    changes: object,
    { processes }: SimulatedCell,
    ask: (process: SimulatedProcess) => Promise<unknown>,
  ): Promise<void> {
    const { timeline } = this.world;
    this.wishes.set(wish, changes);
    while (this.wishes.get(wish) === changes) {
      const [process] = processes;
      const answer = process && ask(process).then(() => true, unavailable);
      if (answer && (await Promise.race([answer, timeline.sleep(PATIENCE_MS).then(() => false)]))) return;
      await timeline.sleep(PATIENCE_MS);
    }
  }

  private orderTo(process: SimulatedProcess) {
    return { cell: process.cell.path, operator: OPERATOR, deadline: process.now() + PATIENCE_MS };
  }
}

const unavailable = (error: unknown): false => {
  if (error instanceof CloudError && error.kind === 'unavailable') return false;
  throw error;
};
