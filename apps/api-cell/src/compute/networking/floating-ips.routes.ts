import { z } from 'zod';
import { CloudError } from '#domain';
import { requestSchema } from '#microversion';
import { action, anyone, type Call, type Endpoint, member, type Route, reader, route, types } from '../api/index.js';
import type { QuotaLimitsService } from '../quotas/quota-limits.service.js';
import type { ServersRepository } from '../servers/servers.repository.js';
import type { FloatingIpPool } from './floating-ip-pools.js';
import type { FloatingIp, FloatingIpsService } from './floating-ips.service.js';
import { recordRoutes } from './record.routes.js';

const RULE = 'os-floating-ips';
const PATH = `/${RULE}`;
const UNTIL = '2.35';

/** Without a pool, the first is meant. */
const allocateBody = requestSchema<{ pool?: string | null }>(z.looseObject({ pool: z.string().max(255).nullable().optional() }));
const address = z.union([types.ipv4, types.ipv6]);
const addBody = requestSchema<{ addFloatingIp: { address: string; fixed_address?: string } }>(
  z.strictObject({ addFloatingIp: z.strictObject({ address, fixed_address: address.optional() }) }),
);
const removeBody = requestSchema<{ removeFloatingIp: { address: string } }>(
  z.strictObject({ removeFloatingIp: z.strictObject({ address }) }),
);

export interface FloatingIpRoutesDeps {
  readonly ips: FloatingIpsService;
  readonly pools: readonly FloatingIpPool[];
  readonly quotas: QuotaLimitsService;
}

export const floatingIpRoutes = ({ ips, pools, quotas }: FloatingIpRoutesDeps): Route[] => [
  route({
    method: 'GET',
    path: '/os-floating-ip-pools',
    until: UNTIL,
    policy: anyone('os-floating-ip-pools'),
    ok: 200,
    handle: () => ({ floating_ip_pools: pools.map(({ name }) => ({ name })) }),
  }),
  route({
    method: 'GET',
    path: PATH,
    until: UNTIL,
    policy: reader(`${RULE}:list`),
    ok: 200,
    handle: async ({ ctx }) => ({ floating_ips: (await ips.list(ctx)).map(shown) }),
  }),
  route({
    method: 'POST',
    path: PATH,
    until: UNTIL,
    policy: member(`${RULE}:create`),
    body: allocateBody,
    ok: 200,
    handle: async ({ ctx }, { pool }) => {
      const { floating_ips: limit } = await quotas.of(ctx.projectId);
      return { floating_ip: shown(await ips.allocate(ctx, pool ?? undefined, limit)) };
    },
  }),
  ...recordRoutes({
    path: PATH,
    rule: RULE,
    until: UNTIL,
    show: async ({ ctx }, id) => ({ floating_ip: shown(await ips.show(ctx, id)) }),
    delete: ({ ctx }, id) => ips.release(ctx, id),
  }),
];

/** What of `POST /servers/ID/action` gives servers addresses of pools. No server has an address to send their packets to. */
export const floatingIpActions = (ips: FloatingIpsService, servers: Pick<ServersRepository, 'keyForShow'>): [string, Endpoint][] => [
  action({
    name: 'addFloatingIp',
    until: '2.43',
    policy: member(`${RULE}:add`),
    body: addBody,
    ok: 202,
    handle: async (call, { addFloatingIp }) => {
      await servers.keyForShow(call.ctx, idOf(call));
      await ips.checkOwned(call.ctx, addFloatingIp.address);
      throw new CloudError('invalid', 'No fixed IPs associated to instance');
    },
  }),
  action({
    name: 'removeFloatingIp',
    until: '2.43',
    policy: member(`${RULE}:remove`),
    body: removeBody,
    ok: 202,
    handle: async (call, { removeFloatingIp }) => {
      await servers.keyForShow(call.ctx, idOf(call));
      await ips.checkOwned(call.ctx, removeFloatingIp.address);
      throw new CloudError('conflict', `Floating IP ${removeFloatingIp.address} is not associated with instance ${idOf(call)}.`);
    },
  }),
];

/** No server has it: there are no networks yet. */
const shown = ({ id, address, pool }: FloatingIp) => ({ id, ip: address, pool, fixed_ip: null, instance_id: null });

const idOf = (call: Call): string => call.params.id ?? '';
