import type { HostRecord, ProjectUsage } from './hosts.repository.js';

/** One row of what `GET /os-hosts/{name}` tells. */
export interface ResourceRow {
  readonly host: string;
  /** Of whom: a project, or a name in brackets for all of them. */
  readonly project: string;
  readonly cpu: number;
  readonly memory_mb: number;
  readonly disk_gb: number;
}

/** What the host has, what is used, what its servers were promised together, and each project's part of that. */
export const resourceRows = ({ host, mirror }: HostRecord, projects: readonly ProjectUsage[]): ResourceRow[] => {
  const { total, reserved } = mirror.inventory;
  const row = (project: string, cpu: number, memoryMb: number, diskGb: number): ResourceRow => ({
    host,
    project,
    cpu,
    memory_mb: memoryMb,
    disk_gb: diskGb,
  });
  const sum = (of: (usage: ProjectUsage) => number) => projects.reduce((all, usage) => all + of(usage), 0);
  const { used } = mirror;
  return [
    row('(total)', total.vcpus, total.memoryMb, total.diskGb),
    row('(used_now)', used.vcpus, used.memoryMb + reserved.memoryMb, used.diskGb + reserved.diskGb),
    row(
      '(used_max)',
      sum(usage => usage.vcpus),
      sum(usage => usage.memoryMb),
      sum(usage => usage.diskGb),
    ),
    ...projects.map(usage => row(usage.projectId, usage.vcpus, usage.memoryMb, usage.diskGb)),
  ];
};
