import { admin, anyone, isoMicroseconds, type Route, route } from '../api/index.js';
import type { HostRecord, HostsRepository } from './hosts.repository.js';

/** Zones are what the hosts say they are in; one is available while a host of it is enabled. */
export const availabilityZoneRoutes = (hosts: HostsRepository): Route[] => [
  route({
    method: 'GET',
    path: '/os-availability-zone',
    policy: anyone('os-availability-zone:list'),
    ok: 200,
    handle: async () => ({ availabilityZoneInfo: zonesOf(await hosts.list()).map(zone => ({ ...stateOf(zone), hosts: null })) }),
  }),
  route({
    method: 'GET',
    path: '/os-availability-zone/detail',
    policy: admin('os-availability-zone:detail'),
    ok: 200,
    handle: async () => ({
      availabilityZoneInfo: zonesOf(await hosts.list()).map(zone => ({
        ...stateOf(zone),
        hosts: Object.fromEntries(
          zone.hosts.map(h => [
            h.host,
            { 'nova-compute': { active: h.enabled, available: h.up, updated_at: isoMicroseconds(h.lastSeenAt) } },
          ]),
        ),
      })),
    }),
  }),
];

interface Zone {
  readonly name: string;
  readonly hosts: readonly HostRecord[];
}

const zonesOf = (hosts: readonly HostRecord[]): Zone[] =>
  [...new Set(hosts.map(host => host.zone))].sort().map(name => ({ name, hosts: hosts.filter(host => host.zone === name) }));

const stateOf = ({ name, hosts }: Zone) => ({ zoneName: name, zoneState: { available: hosts.some(host => host.enabled) } });
