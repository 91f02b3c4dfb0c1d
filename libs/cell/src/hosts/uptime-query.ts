import { cellMethods } from '#contracts';
import { type CellPath, CloudError, nextHop } from '#domain';
import type { Cell } from '../cell.js';
import { askedOn, type QueryHandlers } from '../queries.js';
import type { CellStore } from '../store.js';

/** How long a host here or below has been up: asked of the host itself. */
export const hypervisorUptime =
  (cell: Cell, store: CellStore): QueryHandlers['hypervisor.uptime'] =>
  async ({ cellPath, host }, query, below) => {
    const asked = askedOn(cell, query);
    const answer =
      cellPath === cell.path
        ? below.askHost(await known(store, host), { ...asked, method: 'host.uptime', payload: { host } })
        : below.askChild(nextHop(cell.path, cellPath as CellPath), asked);
    return cellMethods['hypervisor.uptime'].result.parse(await answer);
  };

const known = async (store: CellStore, host: string): Promise<string> => {
  const { hosts } = await store.readCapacity();
  if (!hosts.some(row => row.host === host)) throw new CloudError('notFound', `Host ${host} could not be found.`);
  return host;
};
