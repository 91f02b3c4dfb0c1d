import type { ChildChanges } from '#contracts';
import { CloudError, nameOf } from '#domain';
import type { SimulatedProcess } from './simulated-process.js';
import type { World } from './world.js';

/** Who got no answer in this time, in ms, asks again. */
const PATIENCE_MS = 5000;
const OPERATOR = { userId: 'operator', requestId: 'req-operator' };

/** Those who steer the cells of a world, each through the administration of the cell's parent. */
export class Operators {
  /** By cell and what of it is wanted: the newest wish. */
  private readonly wishes = new Map<string, ChildChanges>();

  constructor(private readonly world: World) {}

  /** Asks until the parent says that it is so, or somebody wants it otherwise. */
  async steer(path: string, changes: ChildChanges): Promise<void> {
    const { cells, timeline } = this.world;
    const cell = cells.get(path);
    const parent = cell?.parent && cells.get(cell.parent);
    if (!parent) return;
    const wish = `${path} ${Object.keys(changes).join()}`;
    this.wishes.set(wish, changes);
    while (this.wishes.get(wish) === changes) {
      const [process] = parent.processes;
      if (process && (await this.isDone(process, { name: nameOf(cell.path), changes }))) return;
      await timeline.sleep(PATIENCE_MS);
    }
  }

  /** Whoever still waits for an answer gives up. */
  rest(): void {
    this.wishes.clear();
  }

  private isDone(process: SimulatedProcess, request: { readonly name: string; readonly changes: ChildChanges }): Promise<boolean> {
    const { timeline } = this.world;
    const order = { cell: process.cell.path, operation: 'cell.update', request, operator: OPERATOR } as const;
    const answer = process.administer({ ...order, deadline: process.now() + PATIENCE_MS }).then(() => true, unavailable);
    return Promise.race([answer, timeline.sleep(PATIENCE_MS).then(() => false)]);
  }
}

const unavailable = (error: unknown): false => {
  if (error instanceof CloudError && error.kind === 'unavailable') return false;
  throw error;
};
