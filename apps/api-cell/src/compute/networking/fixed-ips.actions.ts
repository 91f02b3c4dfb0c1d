import { z } from 'zod';
import { CloudError } from '#domain';
import { requestSchema } from '#microversion';
import { action, admin, type Call, type Endpoint, member, types } from '../api/index.js';
import type { ServersRepository } from '../servers/servers.repository.js';

const addBody = requestSchema<{ addFixedIp: { networkId: string | number } }>(
  z.strictObject({ addFixedIp: z.strictObject({ networkId: z.union([z.string().min(1).max(36), z.number()]) }) }),
);
const removeBody = requestSchema<{ removeFixedIp: { address: string } }>(
  z.strictObject({ removeFixedIp: z.strictObject({ address: z.union([types.ipv4, types.ipv6]) }) }),
);

/**
 * What of `POST /servers/ID/action` gives servers addresses of networks. There are none to give addresses of, and no server has one:
 * answered in Nova's words for such servers.
 */
export const fixedIpActions = (servers: Pick<ServersRepository, 'keyForShow'>): [string, Endpoint][] => {
  const found = async ({ ctx, params: { id = '' } }: Call): Promise<string> => {
    await servers.keyForShow(ctx, id);
    return id;
  };
  return [
    action({
      name: 'addFixedIp',
      until: '2.43',
      policy: member('os-multinic:add'),
      body: addBody,
      ok: 202,
      handle: async (call: Call) => {
        throw new CloudError('notFound', `Network could not be found for instance ${await found(call)}.`);
      },
    }),
    action({
      name: 'removeFixedIp',
      until: '2.43',
      policy: member('os-multinic:remove'),
      body: removeBody,
      ok: 202,
      handle: async (call, { removeFixedIp: { address } }) => {
        throw new CloudError('invalid', `Instance ${await found(call)} doesn't have fixed IP '${address}'.`);
      },
    }),
    // The guest has no networks to be told of.
    action({
      name: 'injectNetworkInfo',
      policy: admin('os-admin-actions:inject_network_info'),
      ok: 202,
      handle: async call => void (await found(call)),
    }),
  ];
};
