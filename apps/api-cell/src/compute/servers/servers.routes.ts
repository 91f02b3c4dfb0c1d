import { CloudError } from '#domain';
import { rawJson } from '#microversion';
import { Answer, type Call, jsonBytes, jsonList, jsonListOfBytes, member, nextLinks, type Route, reader, route } from '../api/index.js';
import type { HostStates } from '../hosts/host-states.js';
import { createServerBody } from './create-server.schema.js';
import type { CreateServersService } from './create-servers.service.js';
import type { DeleteServersService } from './delete-servers.service.js';
import { serverUpdated } from './server.view.js';
import type { ServerChanges, ServerIntent } from './server-changes.js';
import { planServerList, SERVER_LIST_PARAMETERS, type ServerListPlan, serverQuery } from './server-query.js';
import type { ServerRenderer } from './server-renderer.js';
import { sightOf } from './server-sight.js';
import { type ServersRepository, serverNotFound } from './servers.repository.js';
import { type UpdateServerBody, updateServerBody } from './update-server.schema.js';

export interface ServerRoutesDeps {
  readonly deletes: DeleteServersService;
  readonly servers: ServersRepository;
  readonly renderer: ServerRenderer;
  readonly creates: CreateServersService;
  readonly changes: ServerChanges;
  readonly hosts: HostStates;
}

export const serverRoutes = (deps: ServerRoutesDeps): Route[] => [
  route({
    method: 'GET',
    path: '/servers',
    policy: reader('servers:index'),
    query: SERVER_LIST_PARAMETERS,
    ok: 200,
    handle: call => listSummaries(deps, call),
  }),
  route({
    method: 'GET',
    path: '/servers/detail',
    policy: reader('servers:detail'),
    query: SERVER_LIST_PARAMETERS,
    ok: 200,
    handle: call => listDetails(deps, call),
  }),
  route({ method: 'GET', path: '/servers/:id', policy: reader('servers:show'), ok: 200, handle: call => show(deps, call) }),
  route({
    method: 'POST',
    path: '/servers',
    policy: member('servers:create'),
    body: createServerBody,
    ok: 202,
    handle: async (call, body) => {
      const created = await deps.creates.create(call.ctx, body);
      if (body.server.return_reservation_id) return { reservation_id: created.reservationId };
      const [id = ''] = created.uuids;
      const server = {
        id,
        links: call.links.of('servers', id),
        'OS-DCF:diskConfig': created.diskConfig,
        security_groups: created.securityGroups.map(name => ({ name })),
        adminPass: created.adminPassword,
      };
      return new Answer(202, { server }, { location: call.links.self('servers', id) });
    },
  }),
  route({
    method: 'PUT',
    path: '/servers/:id',
    policy: member('servers:update'),
    body: updateServerBody,
    ok: 200,
    handle: async (call, body) => {
      await deps.changes.change(call.ctx, idOf(call), () => intentOf(body));
      await deps.hosts.fresh();
      const record = deps.renderer.recordOf(await deps.servers.show(call.ctx, idOf(call)));
      const { audiences, admin } = sightOf(call.ctx);
      return rawJson(`{"server":${serverUpdated.at(call.at, ...audiences).json(record, { links: call.links, admin })}}`);
    },
  }),
  route({
    method: 'DELETE',
    path: '/servers/:id',
    policy: member('servers:delete'),
    ok: 204,
    handle: call => deps.deletes.delete(call.ctx, idOf(call)),
  }),
];

const listSummaries = async ({ servers }: ServerRoutesDeps, call: Call) => {
  const plan = planServerList(call.ctx, call.at, call.query);
  const found = await servers.summariesForList(serverQuery(plan, await markerOf(servers, call, plan)));
  const items = found.map(({ uuid, name }) => JSON.stringify({ id: uuid, name, links: call.links.of('servers', uuid) }));
  return jsonList('servers', items, nextLinks(plan.page, found.length, call.links, 'servers', call.query, found.at(-1)?.uuid));
};

const listDetails = async ({ servers, renderer, hosts }: ServerRoutesDeps, call: Call) => {
  const plan = planServerList(call.ctx, call.at, call.query);
  const keys = await servers.keysForList(serverQuery(plan, await markerOf(servers, call, plan)));
  const next = nextLinks(plan.page, keys.length, call.links, 'servers/detail', call.query, keys.at(-1)?.uuid);
  const details = await renderer.render(keys, 'detail', call);
  return withAge(hosts.ageOf(keys), jsonListOfBytes('servers', details, next));
};

/** Clients of Nova expect nothing new in the body. */
const withAge = (seconds: number | undefined, body: Uint8Array): Uint8Array | Answer =>
  seconds === undefined ? body : new Answer(200, body, { 'x-canopy-state-age': String(seconds) });

const markerOf = async (servers: ServersRepository, { ctx }: Call, { page, terms }: ServerListPlan) => {
  if (page.marker === undefined) return undefined;
  const marker = await servers.markerForList(
    ctx,
    page.marker,
    terms.map(term => term.expression),
  );
  if (!marker) throw new CloudError('invalid', `marker [${page.marker}] not found`);
  return marker;
};

const show = async ({ servers, renderer, hosts }: ServerRoutesDeps, call: Call) => {
  const keys = [await servers.keyForShow(call.ctx, idOf(call))];
  const shown = await renderer.render(keys, 'show', call);
  if (shown.length === 0) throw serverNotFound(idOf(call));
  return withAge(hosts.ageOf(keys), jsonBytes('{"server":', shown, '}'));
};

const intentOf = ({ server }: UpdateServerBody): Partial<ServerIntent> => ({
  ...(server.name !== undefined && { display_name: server.name }),
  ...(server.description !== undefined && { display_description: server.description }),
  ...(server.hostname !== undefined && { hostname: server.hostname }),
  ...(server.accessIPv4 !== undefined && { access_ip_v4: server.accessIPv4 }),
  ...(server.accessIPv6 !== undefined && { access_ip_v6: server.accessIPv6 }),
  ...(server['OS-DCF:diskConfig'] !== undefined && { disk_config: server['OS-DCF:diskConfig'] }),
});

const idOf = (call: Call): string => call.params.id ?? '';
