import { CloudError, isUuid } from '#domain';
import type { View } from '#microversion';
import {
  admin,
  boolean,
  type Call,
  checked,
  nextLinks,
  number,
  type Page,
  type Parameters,
  pageFrom,
  pageOf,
  parameterOf,
  type Route,
  route,
  text,
} from '../api/index.js';
import type { CellGateway } from '../cell-gateway.js';
import type { HostsRepository } from './hosts.repository.js';
import { type HypervisorRecord, hypervisorDetail, hypervisorStatistics, hypervisorSummary } from './hypervisor.view.js';

const LIST: Parameters = {
  limit: number('2.33'),
  marker: text('2.33'),
  hypervisor_hostname_pattern: text('2.53'),
  with_servers: checked(boolean, '2.53'),
};
const SHOW: Parameters = { with_servers: checked(boolean, '2.53') };

const list = admin('os-hypervisors:list');
const show = admin('os-hypervisors:show');

export const hypervisorRoutes = (hosts: HostsRepository, gateway: Pick<CellGateway, 'uptime'>): Route[] => {
  const listed = async (call: Call, of: View<HypervisorRecord, void>, path: string) => {
    const pattern = call.at.allows('hypervisor-uuids') ? parameterOf(call.query, 'hypervisor_hostname_pattern') : undefined;
    if (pattern !== undefined && (call.query.limit !== undefined || call.query.marker !== undefined))
      throw new CloudError('invalid', 'Paging over hypervisors with the hypervisor_hostname_pattern query parameter is not supported.');
    const found = await hosts.list(pattern);
    if (pattern !== undefined && found.length === 0) throw noneLike(pattern);
    const page: Page =
      call.at.allows('hypervisor-pages') && pattern === undefined ? pageOf(call.query) : { limit: found.length, marker: undefined };
    const idOf = (host: HypervisorRecord) => (call.at.allows('hypervisor-uuids') ? host.uuid : String(host.id));
    const shown = await withServers(hosts, call, pageFrom(found, page, idOf));
    const compiled = of.at(call.at, 'admin');
    const more =
      call.at.allows('hypervisor-pages') && pattern === undefined && parameterOf(call.query, 'limit') !== undefined
        ? nextLinks(page, shown.length, call.links, path, call.query, shown.length ? idOf(shown.at(-1)!) : undefined)
        : undefined;
    return { hypervisors: shown.map(host => compiled.object(host)), ...(more && { hypervisors_links: more }) };
  };
  const one = async (call: Call) => {
    const id = call.params.id ?? '';
    const by = call.at.allows('hypervisor-uuids')
      ? isUuid(id)
        ? { uuid: id }
        : undefined
      : /^\d{1,9}$/.test(id)
        ? { id: Number(id) }
        : undefined;
    if (!by && call.at.allows('hypervisor-uuids')) throw new CloudError('invalid', `Invalid uuid ${id}`);
    const found = by && (await hosts.find(by));
    if (!found) throw new CloudError('notFound', `Compute host ${id} could not be found.`);
    return found;
  };
  const matching = async (call: Call) => {
    const found = await hosts.list(call.params.id);
    if (found.length === 0) throw noneLike(call.params.id ?? '');
    return found;
  };
  return [
    route({
      method: 'GET',
      path: '/os-hypervisors',
      policy: list,
      query: LIST,
      ok: 200,
      handle: call => listed(call, hypervisorSummary, 'os-hypervisors'),
    }),
    route({
      method: 'GET',
      path: '/os-hypervisors/detail',
      policy: admin('os-hypervisors:list-detail'),
      query: LIST,
      ok: 200,
      handle: call => listed(call, hypervisorDetail, 'os-hypervisors/detail'),
    }),
    route({
      method: 'GET',
      path: '/os-hypervisors/statistics',
      until: '2.87',
      policy: admin('os-hypervisors:statistics'),
      ok: 200,
      handle: async () => ({ hypervisor_statistics: hypervisorStatistics(await hosts.list()) }),
    }),
    route({
      method: 'GET',
      path: '/os-hypervisors/:id',
      policy: show,
      query: SHOW,
      ok: 200,
      handle: async call => {
        const [host] = await withServers(hosts, call, [await one(call)]);
        const uptime = call.at.allows('uptime-inside') ? await uptimeIfKnown(gateway, call, host!) : '';
        return { hypervisor: hypervisorDetail.at(call.at, 'admin').object({ ...host!, uptime }) };
      },
    }),
    route({
      method: 'GET',
      path: '/os-hypervisors/:id/uptime',
      until: '2.87',
      policy: admin('os-hypervisors:uptime'),
      ok: 200,
      handle: async call => {
        const host = await one(call);
        if (!host.up) throw new CloudError('invalid', `Compute service of ${host.host} is unavailable at this time.`);
        const uptime = await gateway.uptime(call.ctx, host);
        return { hypervisor: { ...hypervisorSummary.at(call.at, 'admin').object(host), uptime } };
      },
    }),
    route({
      method: 'GET',
      path: '/os-hypervisors/:id/search',
      until: '2.52',
      policy: admin('os-hypervisors:search'),
      ok: 200,
      handle: async call => ({ hypervisors: (await matching(call)).map(host => hypervisorSummary.at(call.at, 'admin').object(host)) }),
    }),
    route({
      method: 'GET',
      path: '/os-hypervisors/:id/servers',
      until: '2.52',
      policy: admin('os-hypervisors:servers'),
      ok: 200,
      handle: async call => {
        const found = await matching(call);
        const servers = await hosts.serversOn(found);
        return {
          hypervisors: found.map(host => {
            const on = servers.get(`${host.cellPath}@${host.host}`);
            return {
              ...hypervisorSummary.at(call.at, 'admin').object(host),
              ...(on && { servers: on.map(({ name, uuid }) => ({ name, uuid })) }),
            };
          }),
        };
      },
    }),
  ];
};

const withServers = async (repository: HostsRepository, call: Call, hosts: readonly HypervisorRecord[]): Promise<HypervisorRecord[]> => {
  const wanted = call.at.allows('hypervisor-uuids') && boolean.safeParse(parameterOf(call.query, 'with_servers') ?? 'false').data === true;
  if (!wanted) return [...hosts];
  const servers = await repository.serversOn(hosts);
  return hosts.map(host => ({ ...host, servers: servers.get(`${host.cellPath}@${host.host}`) ?? [] }));
};

/** A host that is down, or does not answer in time, is shown without. */
const uptimeIfKnown = async (gateway: Pick<CellGateway, 'uptime'>, { ctx }: Call, host: HypervisorRecord): Promise<string> => {
  if (!host.up) return '';
  try {
    return await gateway.uptime(ctx, host);
  } catch (error) {
    if (error instanceof CloudError && error.kind !== 'internal') return '';
    throw error;
  }
};

const noneLike = (pattern: string): CloudError => new CloudError('notFound', `No hypervisor matching '${pattern}' could be found.`);
