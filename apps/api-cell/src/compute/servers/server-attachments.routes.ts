import { CloudError } from '#domain';
import { type Call, type Route, reader, route } from '../api/index.js';
import type { ServersRepository } from './servers.repository.js';

/** What would hang on a server. There are no networks and no volumes to attach: the lists are empty, but only for servers that exist. */
export const serverAttachmentRoutes = (servers: ServersRepository): Route[] => {
  const empty = (path: string, rule: string, body: object): Route =>
    route({
      method: 'GET',
      path: `/servers/:id/${path}`,
      policy: reader(rule),
      ok: 200,
      handle: async (call: Call) => {
        await servers.keyForShow(call.ctx, call.params.id ?? '');
        return body;
      },
    });
  return [
    empty('ips', 'ips:index', { addresses: {} }),
    empty('os-volume_attachments', 'os-volumes-attachments:index', { volumeAttachments: [] }),
    empty('os-interface', 'os-attach-interfaces:list', { interfaceAttachments: [] }),
    route({
      method: 'GET',
      path: '/servers/:id/ips/:label',
      policy: reader('ips:show'),
      ok: 200,
      handle: async (call: Call) => {
        await servers.keyForShow(call.ctx, call.params.id ?? '');
        throw new CloudError('notFound', 'Instance is not a member of specified network');
      },
    }),
  ];
};
