import { CloudError, readsEverything } from '#domain';
import { type Call, type Route, reader, route } from '../api/index.js';
import type { FloatingIpPool } from './floating-ip-pools.js';

const UNTIL = '2.35';

/** What Nova told of a network when it had networks of its own; null, since it has not. */
const ONCE = ['netmask', 'gateway', 'broadcast', 'dns1', 'dns2', 'cidr_v6', 'gateway_v6', 'netmask_v6'];
const ONCE_TO_ADMINS = [
  ...['created_at', 'updated_at', 'deleted_at', 'deleted', 'injected', 'bridge', 'vlan', 'vpn_public_address', 'vpn_public_port'],
  ...['vpn_private_address', 'dhcp_start', 'project_id', 'host', 'bridge_interface', 'multi_host', 'priority', 'rxtx_base', 'mtu'],
  ...['dhcp_server', 'enable_dhcp', 'share_address'],
];

/** The networks that every project sees: those that the pools of floating addresses are of. */
export const networkRoutes = (pools: readonly FloatingIpPool[]): Route[] =>
  [
    { name: 'os-networks', shown: legacy },
    { name: 'os-tenant-networks', shown: (_: Call, { id, cidr, name }: FloatingIpPool) => ({ id, cidr, label: name }) },
  ].flatMap(({ name, shown }) => [
    route({
      method: 'GET',
      path: `/${name}`,
      until: UNTIL,
      policy: reader(`${name}:list`),
      ok: 200,
      handle: call => ({ networks: pools.map(pool => shown(call, pool)) }),
    }),
    route({
      method: 'GET',
      path: `/${name}/:id`,
      until: UNTIL,
      policy: reader(`${name}:show`),
      ok: 200,
      handle: call => {
        const pool = pools.find(({ id }) => id === call.params.id);
        if (!pool) throw new CloudError('notFound', 'Network not found');
        return { network: shown(call, pool) };
      },
    }),
  ]);

const legacy = ({ ctx }: Call, { id, cidr, name }: FloatingIpPool) => ({
  id,
  label: name,
  cidr,
  ...nulls(ONCE),
  ...(readsEverything(ctx) && nulls(ONCE_TO_ADMINS)),
});

const nulls = (names: readonly string[]) => Object.fromEntries(names.map(name => [name, null]));
