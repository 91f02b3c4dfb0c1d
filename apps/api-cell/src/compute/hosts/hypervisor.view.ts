import { fieldsOf, view } from '#microversion';
import type { HostRecord, ServerOnHost } from './hosts.repository.js';

export interface HypervisorRecord extends HostRecord {
  /** Undefined when they were not asked for. */
  readonly servers?: readonly ServerOnHost[];
  /** Undefined when it was not asked for, empty when it is not known. */
  readonly uptime?: string;
}

const { always, since, until, between } = fieldsOf<HypervisorRecord>();

/** What is left of a resource; reserved resources are not free. */
const free = (host: HypervisorRecord, resource: 'memoryMb' | 'diskGb'): number =>
  host.mirror.inventory.total[resource] - used(host, resource);

/** Nova counts what is reserved for the host as used. */
const used = (host: HypervisorRecord, resource: 'vcpus' | 'memoryMb' | 'diskGb'): number =>
  host.mirror.used[resource] + (resource === 'vcpus' ? 0 : host.mirror.inventory.reserved[resource]);

const serversOf = (host: HypervisorRecord) => host.servers?.map(server => ({ name: server.name, uuid: server.uuid }));

const summary = {
  id: [until('2.52', h => h.id), since('2.53', h => h.uuid)],
  hypervisor_hostname: always(h => h.mirror.inventory.hypervisorHostname),
  state: always(h => (h.up ? 'up' : 'down')),
  status: always(h => (h.enabled ? 'enabled' : 'disabled')),
} as const;

/** In a plain list the servers stand only when they were asked for and there are any, and from 2.75 even when there are none. */
const servers = [
  between('2.53', '2.74', (h: HypervisorRecord) => (h.servers?.length ? serversOf(h) : undefined)),
  since('2.75', serversOf),
];

export const hypervisorSummary = view<HypervisorRecord>({ ...summary, servers });

export const hypervisorDetail = view<HypervisorRecord>({
  ...summary,
  cpu_info: [until('2.27', h => JSON.stringify(h.mirror.inventory.cpuInfo)), between('2.28', '2.87', h => h.mirror.inventory.cpuInfo)],
  current_workload: until('2.87', () => 0),
  disk_available_least: until('2.87', h => free(h, 'diskGb')),
  free_disk_gb: until('2.87', h => free(h, 'diskGb')),
  free_ram_mb: until('2.87', h => free(h, 'memoryMb')),
  host_ip: always(h => h.mirror.inventory.hostIp),
  hypervisor_type: always(h => h.mirror.inventory.hypervisorType),
  hypervisor_version: always(h => h.mirror.inventory.hypervisorVersion),
  local_gb: until('2.87', h => h.mirror.inventory.total.diskGb),
  local_gb_used: until('2.87', h => used(h, 'diskGb')),
  memory_mb: until('2.87', h => h.mirror.inventory.total.memoryMb),
  memory_mb_used: until('2.87', h => used(h, 'memoryMb')),
  running_vms: until('2.87', h => h.mirror.runningGuests),
  service: [
    until('2.52', h => ({ id: h.id, host: h.host, disabled_reason: h.disabledReason })),
    since('2.53', h => ({ id: h.uuid, host: h.host, disabled_reason: h.disabledReason })),
  ],
  // Asked of the host where one is shown; a list asks nobody. Empty and not null, because the openstack client of Debian 12 parses it
  // without looking.
  uptime: since('2.88', h => h.uptime ?? ''),
  vcpus: until('2.87', h => h.mirror.inventory.total.vcpus),
  vcpus_used: until('2.87', h => used(h, 'vcpus')),
  servers,
});

/** `GET /os-hypervisors/statistics`: the sums over all enabled hosts. */
export const hypervisorStatistics = (hosts: readonly HypervisorRecord[]) => {
  const counted = hosts.filter(host => host.enabled);
  const sum = (read: (host: HypervisorRecord) => number) => counted.reduce((total, host) => total + read(host), 0);
  return {
    count: counted.length,
    current_workload: 0,
    disk_available_least: sum(h => free(h, 'diskGb')),
    free_disk_gb: sum(h => free(h, 'diskGb')),
    free_ram_mb: sum(h => free(h, 'memoryMb')),
    local_gb: sum(h => h.mirror.inventory.total.diskGb),
    local_gb_used: sum(h => used(h, 'diskGb')),
    memory_mb: sum(h => h.mirror.inventory.total.memoryMb),
    memory_mb_used: sum(h => used(h, 'memoryMb')),
    running_vms: sum(h => h.mirror.runningGuests),
    vcpus: sum(h => h.mirror.inventory.total.vcpus),
    vcpus_used: sum(h => used(h, 'vcpus')),
  };
};
