import { cellMethods } from '#contracts';
import { CloudError } from '#domain';
import type { Cell } from './cell.js';
import { askedOn, type QueryHandlers } from './queries.js';
import type { CellStore } from './store.js';

/** The console of an instance here or below: asked of whoever is nearer to it. */
export const consoleOutput =
  (cell: Cell, store: CellStore): QueryHandlers['console.output'] =>
  async ({ instanceUuid }, query, below) => {
    const instance = await store.findInstance(instanceUuid);
    if (!instance || instance.deletedAt) throw new CloudError('notFound', `Instance ${instanceUuid} could not be found.`);
    const asked = askedOn(cell, query);
    const answer = instance.nextHop
      ? below.askChild(instance.nextHop, asked)
      : instance.host && below.askHost(instance.host, { ...asked, method: 'guest.console' });
    if (!answer) throw new CloudError('conflict', `Instance ${instanceUuid} is not ready`);
    return cellMethods['console.output'].result.parse(await answer);
  };
