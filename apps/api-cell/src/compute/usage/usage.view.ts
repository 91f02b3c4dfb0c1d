import { fieldsOf, view } from '#microversion';
import { isoMicroseconds } from '../api/index.js';
import { type ProjectUsage, type ServerUsage, sumOf } from './usage.repository.js';
import type { UsagePeriod } from './usage-period.js';

export interface ShownUsage extends UsagePeriod {
  readonly total: ProjectUsage;
  /** Undefined when they were not asked for. */
  readonly servers?: readonly ServerUsage[];
}

const { always } = fieldsOf<ShownUsage>();

export const tenantUsage = view<ShownUsage>({
  tenant_id: always(u => u.total.projectId),
  start: always(u => isoMicroseconds(u.start)),
  stop: always(u => isoMicroseconds(u.stop)),
  total_hours: always(u => u.total.hours),
  total_vcpus_usage: always(u => u.total.vcpuHours),
  total_memory_mb_usage: always(u => u.total.memoryMbHours),
  total_local_gb_usage: always(u => u.total.diskGbHours),
  server_usages: always(u => u.servers?.map(server => serverUsage(server, u.stop))),
});

/** `uptime` in seconds: from its launch to its end, or to the end of the period. */
const serverUsage = (server: ServerUsage, stop: number) => ({
  instance_id: server.uuid,
  name: server.name,
  tenant_id: server.projectId,
  flavor: server.flavorName,
  vcpus: server.vcpus,
  memory_mb: server.memoryMb,
  local_gb: server.diskGb,
  hours: server.hours,
  started_at: isoMicroseconds(server.launchedAt),
  ended_at: server.deletedAt === null ? null : isoMicroseconds(server.deletedAt),
  state: server.deletedAt === null ? server.vmState : 'terminated',
  uptime: Math.max(0, Math.floor(((server.deletedAt ?? stop) - server.launchedAt) / 1000)),
});

/** Servers, which come ordered by project, as one usage for each project. */
export const byProject = (servers: readonly ServerUsage[], period: UsagePeriod): ShownUsage[] => {
  const projects = new Map<string, ServerUsage[]>();
  for (const server of servers) {
    const ofProject = projects.get(server.projectId);
    if (ofProject) ofProject.push(server);
    else projects.set(server.projectId, [server]);
  }
  return [...projects].map(([projectId, ofProject]) => ({ ...period, total: sumOf(projectId, ofProject), servers: ofProject }));
};
