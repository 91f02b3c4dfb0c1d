import { fieldsOf, view } from '#microversion';
import { admin, isoMicroseconds, type Parameters, parameterOf, type Route, route, text } from '../api/index.js';
import type { HostRecord, HostsRepository } from './hosts.repository.js';

const BINARY = 'nova-compute';
const LIST: Parameters = { host: text(), binary: text() };

const { always, since, until } = fieldsOf<HostRecord>();

export const computeService = view<HostRecord>({
  id: [until('2.52', h => h.id), since('2.53', h => h.uuid)],
  binary: always(() => BINARY),
  host: always(h => h.host),
  zone: always(h => h.zone),
  status: always(h => (h.enabled ? 'enabled' : 'disabled')),
  state: always(h => (h.up ? 'up' : 'down')),
  updated_at: always(h => isoMicroseconds(h.lastSeenAt)),
  disabled_reason: always(h => h.mirror.disabledReason),
  forced_down: since('2.11', () => false),
});

/** The compute services of all cells. */
export const serviceRoutes = (hosts: HostsRepository): Route[] => [
  route({
    method: 'GET',
    path: '/os-services',
    policy: admin('os-services:list'),
    query: LIST,
    ok: 200,
    handle: async ({ at, query }) => {
      const host = parameterOf(query, 'host');
      const binary = parameterOf(query, 'binary');
      const found = binary !== undefined && binary !== BINARY ? [] : await hosts.list();
      const compiled = computeService.at(at, 'admin');
      return { services: found.filter(h => host === undefined || h.host === host).map(h => compiled.object(h)) };
    },
  }),
];
