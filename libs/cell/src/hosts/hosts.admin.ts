import type { HostShown } from '#contracts';
import { CloudError } from '#domain';
import type { AdminHandlersOf } from '../admin/admin-context.js';
import type { AdminParts } from '../admin/admin-handlers.js';
import { isHostUp } from '../capacity.js';
import type { HostRow } from '../rows.js';
import { changedHost } from './changed-host.js';

/** The hosts of this cell, for its operator: also while the cell is cut off from all above it. */
export const hostHandlers = ({ cell, store }: AdminParts): AdminHandlersOf<'host.list' | 'host.change'> => {
  const shown = (host: HostRow): HostShown => ({
    name: host.host,
    zone: host.zone,
    enabled: host.enabled,
    disabledReason: host.disabledReason,
    forcedDown: host.forcedDown,
    up: isHostUp(host, cell.clock.now(), cell),
    lastSeenAt: host.lastSeenAt,
    instances: host.claims,
    total: { ...host.total },
    used: { ...host.used },
  });
  return {
    'host.list': async () => ({ hosts: (await store.readCapacity()).hosts.map(shown) }),
    'host.change': async ({ name, changes }, { operator }) => {
      const changed = await store.transact({ hosts: [name] }, ({ work: tx }) => {
        const host = tx.hosts.get(name);
        if (!host) throw new CloudError('notFound', `Host ${name} could not be found in cell ${cell.path}.`);
        // As with an order from above: whoever places meanwhile finds that the host has changed.
        const next = { ...host, ...changedHost(host, changes), generation: host.generation + 1 };
        tx.hosts.put(next);
        return next;
      });
      cell.log.info('host changed', { host: name, ...changes, requestId: operator.requestId, operator: operator.userId });
      return shown(changed);
    },
  };
};
