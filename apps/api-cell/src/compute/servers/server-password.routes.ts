import { type Call, member, type Route, reader, route } from '../api/index.js';
import type { ServersRepository } from './servers.repository.js';

/**
 * The password that a guest made for itself and told, encrypted, to the metadata service. There is none that it could tell it to, so it
 * is empty, as Nova's is until a guest has done so, and there is nothing to forget; but only for servers that exist.
 */
export const serverPasswordRoutes = (servers: ServersRepository): Route[] => [
  route({
    method: 'GET',
    path: '/servers/:id/os-server-password',
    policy: reader('os-server-password:show'),
    ok: 200,
    handle: async (call: Call) => {
      await servers.keyForShow(call.ctx, call.params.id ?? '');
      return { password: '' };
    },
  }),
  route({
    method: 'DELETE',
    path: '/servers/:id/os-server-password',
    policy: member('os-server-password:clear'),
    ok: 204,
    handle: async (call: Call) => {
      await servers.keyForShow(call.ctx, call.params.id ?? '');
    },
  }),
];
