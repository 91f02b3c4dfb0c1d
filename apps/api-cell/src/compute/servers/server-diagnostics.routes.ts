import { admin, type Call, type Route, reader, route } from '../api/index.js';
import type { CellGateway } from '../cell-gateway.js';
import { anyDiagnostics, standardDiagnostics } from './server-diagnostics.view.js';
import type { ServersRepository } from './servers.repository.js';

/** What only the host of a server can tell of it. */
export const serverDiagnosticsRoutes = (gateway: Pick<CellGateway, 'diagnostics'>, servers: ServersRepository): Route[] => [
  route({
    method: 'GET',
    path: '/servers/:id/diagnostics',
    policy: admin('os-server-diagnostics'),
    ok: 200,
    handle: async (call: Call) => {
      const uuid = call.params.id ?? '';
      const { configDrive } = await servers.show(call.ctx, uuid);
      const measured = await gateway.diagnostics(call.ctx, uuid);
      return call.at.allows('standard-diagnostics') ? standardDiagnostics(measured, configDrive) : anyDiagnostics(measured);
    },
  }),
  route({
    method: 'GET',
    path: '/servers/:id/topology',
    since: '2.78',
    // Nova's name of it has no prefix.
    policy: { ...reader('topology'), name: 'compute:server:topology:index' },
    ok: 200,
    handle: async (call: Call) => {
      await servers.keyForShow(call.ctx, call.params.id ?? '');
      // No guest is bound to NUMA nodes of its host, or given huge pages: what Nova answers for such a server.
      return { nodes: [], pagesize_kb: null };
    },
  }),
];
