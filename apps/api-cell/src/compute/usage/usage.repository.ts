import { CloudError, isUuid } from '#domain';
import { MAX_LIMIT, type Page, type Row, type Sql } from '../api/index.js';
import type { UsagePeriod } from './usage-period.js';

/** What the servers of one project took in a period: each amount times the hours that it was held. */
export interface ProjectUsage {
  readonly projectId: string;
  readonly hours: number;
  readonly vcpuHours: number;
  readonly memoryMbHours: number;
  readonly diskGbHours: number;
}

/** One server in a period. Times are ms since 1970. */
export interface ServerUsage extends ProjectUsage {
  readonly uuid: string;
  readonly name: string;
  readonly flavorName: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly diskGb: number;
  readonly launchedAt: number;
  readonly deletedAt: number | null;
  readonly vmState: string;
}

export interface UsageQuery extends UsagePeriod {
  /** Undefined: all. */
  readonly projectId?: string;
  /** Of servers, ordered by project and uuid; undefined: all of them. */
  readonly page?: Page;
}

/** The last server of a page, which is the marker of the next, and whether the page is full. */
export interface UsagePage<T> {
  readonly usages: readonly T[];
  readonly last: string | undefined;
}

/** Usage, computed by the database: the servers that ran in the period are read once, and added up where they are. */
export class UsageRepository {
  constructor(private readonly sql: Sql) {}

  /** By project. @throws CloudError `invalid` for a marker that is no server. */
  async totals(query: UsageQuery): Promise<UsagePage<ProjectUsage>> {
    const { sql, values } = await this.serversIn(query);
    const rows = await this.sql.rows(
      `SELECT project_id, SUM(hours), SUM(hours * vcpus), SUM(hours * memory_mb), SUM(hours * disk_gb), COUNT(*), MAX(uuid)
       FROM (${sql}) AS servers GROUP BY project_id ORDER BY project_id`,
      values,
    );
    const servers = rows.reduce((sum, row) => sum + Number(row[5]), 0);
    return { usages: rows.map(projectUsageOf), last: lastOf(query, servers, rows.at(-1)?.[6]) };
  }

  /** Server by server, in the order of projects and uuids. @throws CloudError `invalid` for a marker that is no server. */
  async servers(query: UsageQuery): Promise<UsagePage<ServerUsage>> {
    const { sql, values } = await this.serversIn(query);
    const rows = await this.sql.rows(sql, values);
    return { usages: rows.map(serverUsageOf), last: lastOf(query, rows.length, rows.at(-1)?.[1]) };
  }

  private async serversIn({ start, stop, projectId, page }: UsageQuery): Promise<{ sql: string; values: unknown[] }> {
    const conditions = ['launched_at < ?', '(deleted_at IS NULL OR deleted_at > ?)'];
    const values: unknown[] = [stop, stop, start, stop, start];
    if (projectId !== undefined) {
      conditions.push('project_id = ?');
      values.push(projectId);
    }
    if (page?.marker !== undefined) {
      const before = await this.projectOf(page.marker);
      conditions.push('(project_id > ? OR (project_id = ? AND uuid > ?))');
      values.push(before, before, page.marker);
    }
    const limit = page ? ` LIMIT ${page.limit}` : '';
    const sql = `SELECT ${COLUMNS} FROM instances WHERE ${conditions.join(' AND ')} ORDER BY project_id, uuid${limit}`;
    return { sql, values };
  }

  private async projectOf(marker: string): Promise<string> {
    const [row] = isUuid(marker) ? await this.sql.rows('SELECT project_id FROM instances WHERE uuid = ?', [marker]) : [];
    if (!row) throw new CloudError('invalid', `marker [${marker}] not found`);
    return String(row[0]);
  }
}

/** The clocks of two cells may differ: a server that seems to be deleted before it was launched ran for no time. */
const HOURS = `GREATEST(0, CAST(LEAST(COALESCE(deleted_at, ?), ?) AS SIGNED) - CAST(GREATEST(launched_at, ?) AS SIGNED)) / 3600000`;

const COLUMNS = `project_id, uuid, display_name, JSON_VALUE(flavor, '$.name') AS flavor_name,
  CAST(JSON_VALUE(flavor, '$.vcpus') AS SIGNED) AS vcpus, CAST(JSON_VALUE(flavor, '$.memoryMb') AS SIGNED) AS memory_mb,
  JSON_VALUE(flavor, '$.rootGb') + JSON_VALUE(flavor, '$.ephemeralGb') AS disk_gb, launched_at, deleted_at, vm_state, ${HOURS} AS hours`;

const lastOf = ({ page }: UsageQuery, servers: number, uuid: unknown): string | undefined =>
  page && page.limit > 0 && servers >= Math.min(page.limit, MAX_LIMIT) ? String(uuid) : undefined;

const projectUsageOf = ([projectId, hours, vcpuHours, memoryMbHours, diskGbHours]: Row): ProjectUsage => ({
  projectId: String(projectId),
  hours: Number(hours),
  vcpuHours: Number(vcpuHours),
  memoryMbHours: Number(memoryMbHours),
  diskGbHours: Number(diskGbHours),
});

const serverUsageOf = (row: Row): ServerUsage => {
  const [projectId, uuid, name, flavorName, vcpus, memoryMb, diskGb, launchedAt, deletedAt, vmState, hours] = row;
  const [ofVcpus, ofMemory, ofDisk, ofTime] = [vcpus, memoryMb, diskGb, hours].map(Number) as [number, number, number, number];
  return {
    projectId: String(projectId),
    uuid: String(uuid),
    name: String(name),
    flavorName: String(flavorName),
    vcpus: ofVcpus,
    memoryMb: ofMemory,
    diskGb: ofDisk,
    launchedAt: Number(launchedAt),
    deletedAt: deletedAt === null ? null : Number(deletedAt),
    vmState: String(vmState),
    hours: ofTime,
    vcpuHours: ofTime * ofVcpus,
    memoryMbHours: ofTime * ofMemory,
    diskGbHours: ofTime * ofDisk,
  };
};

/** What these servers of one project took together. */
export const sumOf = (projectId: string, servers: readonly ProjectUsage[]): ProjectUsage => ({
  projectId,
  hours: sum(servers, server => server.hours),
  vcpuHours: sum(servers, server => server.vcpuHours),
  memoryMbHours: sum(servers, server => server.memoryMbHours),
  diskGbHours: sum(servers, server => server.diskGbHours),
});

const sum = (servers: readonly ProjectUsage[], of: (server: ProjectUsage) => number): number =>
  servers.reduce((total, server) => total + of(server), 0);
