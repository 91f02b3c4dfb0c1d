import { z } from 'zod';
import { rawJson, requestSchema } from '#microversion';
import { Answer, action, type Call, type Endpoint, member, types } from '../api/index.js';
import type { CellGateway } from '../cell-gateway.js';
import type { HostStates } from '../hosts/host-states.js';
import { rebuildServerBody } from './rebuild-server.schema.js';
import type { RebuildServersService } from './rebuild-servers.service.js';
import type { RescueServersService, WantedRescue } from './rescue-servers.service.js';
import { serverRebuilt } from './server.view.js';
import type { ServerRenderer } from './server-renderer.js';
import { sightOf } from './server-sight.js';
import type { ServersRepository } from './servers.repository.js';

const rescueBody = requestSchema<{ rescue: WantedRescue | null }>(
  z.strictObject({
    rescue: z.strictObject({ adminPass: z.string().optional(), rescue_image_ref: types.uuid.optional() }).nullable(),
  }),
);

export interface ServerRemakingDeps {
  readonly gateway: CellGateway;
  readonly rebuilds: RebuildServersService;
  readonly rescues: RescueServersService;
  readonly servers: ServersRepository;
  readonly hosts: HostStates;
  readonly renderer: ServerRenderer;
}

/** What of `POST /servers/ID/action` boots a server from another image. */
export const serverRemakingActions = (deps: ServerRemakingDeps): [string, Endpoint][] => [
  action({
    name: 'rebuild',
    policy: member('servers:rebuild'),
    body: rebuildServerBody,
    ok: 202,
    handle: async (call, { rebuild }) => rebuilt(deps, call, await deps.rebuilds.rebuild(call.ctx, idOf(call), rebuild)),
  }),
  action({
    name: 'rescue',
    policy: member('os-rescue'),
    body: rescueBody,
    ok: 200,
    handle: async (call, { rescue }) => ({ adminPass: await deps.rescues.rescue(call.ctx, idOf(call), rescue ?? {}) }),
  }),
  action({
    name: 'unrescue',
    policy: member('os-unrescue'),
    ok: 202,
    handle: call => deps.gateway.act(call.ctx, idOf(call), { name: 'unrescue' }),
  }),
];

/** The answer shows the server as it is wanted from now on. */
const rebuilt = async ({ servers, hosts, renderer }: ServerRemakingDeps, call: Call, adminPassword: string): Promise<Answer> => {
  await hosts.fresh();
  const record = renderer.recordOf(await servers.show(call.ctx, idOf(call)));
  const { audiences, admin } = sightOf(call.ctx);
  const text = serverRebuilt.at(call.at, ...audiences).json(record, { links: call.links, admin, adminPassword });
  return new Answer(202, rawJson(`{"server":${text}}`), { location: call.links.self('servers', idOf(call)) });
};

const idOf = (call: Call): string => call.params.id ?? '';
