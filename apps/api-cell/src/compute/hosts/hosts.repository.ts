import { z } from 'zod';
import { HostInventory, Resources } from '#contracts';
import { type Clock, CloudError, messageOf } from '#domain';
import type { Row, Sql } from '../api/index.js';
import type { HostZones } from '../globals/host-zones.js';
import { isUnheard } from './unheard.js';

/** The part of a mirrored host that operators are shown (see HostMirror of the cell protocol). */
const Mirror = z.object({ inventory: HostInventory, used: Resources, runningGuests: z.number() });

export interface HostRecord {
  readonly id: number;
  readonly uuid: string;
  readonly cellPath: string;
  readonly host: string;
  /** That of its aggregates, else its own. */
  readonly zone: string;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly forcedDown: boolean;
  /** It reports to its cell, and nobody has forced it down. */
  readonly up: boolean;
  /** It reports to its cell, as far as the cell has told. */
  readonly heard: boolean;
  /** Its cell has told nothing of it for so long that nobody here knows how it is. */
  readonly unheard: boolean;
  /** ms since 1970 */
  readonly lastSeenAt: number;
  readonly mirror: z.infer<typeof Mirror>;
}

export interface ServerOnHost {
  readonly uuid: string;
  readonly name: string;
}

/** What the servers of one project take of a host, by their flavors. */
export interface ProjectUsage {
  readonly projectId: string;
  readonly vcpus: number;
  readonly memoryMb: number;
  readonly diskGb: number;
}

const COLUMNS = 'id, uuid, cell_path, host, zone, enabled, disabled_reason, forced_down, up, last_seen_at, told_at, mirror';

/** The mirror of all hosts of all cells. */
export class HostsRepository {
  constructor(
    private readonly sql: Sql,
    private readonly zones: HostZones,
    private readonly clock: Clock,
  ) {}

  /** All hosts by id, or those whose name of host or hypervisor contains the pattern. */
  async list(pattern?: string): Promise<HostRecord[]> {
    const hosts = await this.read('', []);
    return pattern === undefined
      ? hosts
      : hosts.filter(host => host.mirror.inventory.hypervisorHostname.includes(pattern) || host.host.includes(pattern));
  }

  async find(by: { readonly id: number } | { readonly uuid: string }): Promise<HostRecord | undefined> {
    const [column, value] = 'id' in by ? ['id', by.id] : ['uuid', by.uuid];
    return (await this.read(`AND ${column} = ?`, [value]))[0];
  }

  /** Every cell may have one of this name. */
  named(host: string): Promise<HostRecord[]> {
    return this.read('AND host = ?', [host]);
  }

  /** By project. */
  async usageByProject({ cellPath, host }: HostRecord): Promise<ProjectUsage[]> {
    const sum = (...fields: string[]) => `SUM(${fields.map(field => `JSON_VALUE(flavor, '$.${field}')`).join(' + ')})`;
    const rows = await this.sql.rows(
      `SELECT project_id, ${sum('vcpus')}, ${sum('memoryMb')}, ${sum('rootGb', 'ephemeralGb')} FROM instances
       WHERE host = ? AND cell_path = ? AND deleted_at IS NULL GROUP BY project_id ORDER BY project_id`,
      [host, cellPath],
    );
    return rows.map(([projectId, vcpus, memoryMb, diskGb]) => ({
      projectId: String(projectId),
      vcpus: Number(vcpus),
      memoryMb: Number(memoryMb),
      diskGb: Number(diskGb),
    }));
  }

  private async read(condition: string, values: readonly unknown[]): Promise<HostRecord[]> {
    const zones = await this.zones.read();
    const now = this.clock.now();
    const rows = await this.sql.rows(`SELECT ${COLUMNS} FROM host_mirrors WHERE gone = 0 ${condition} ORDER BY id`, values);
    return rows.map(row => recordOf(row, now)).map(host => ({ ...host, zone: zones.groupingOf(host.host).zone ?? host.zone }));
  }

  /** The servers on these hosts, by `cell path@host`. */
  async serversOn(hosts: readonly HostRecord[]): Promise<Map<string, ServerOnHost[]>> {
    const found = new Map<string, ServerOnHost[]>();
    if (hosts.length === 0) return found;
    const rows = await this.sql.rows(
      'SELECT cell_path, host, uuid, display_name FROM instances WHERE deleted_at IS NULL AND host IN (?) ORDER BY created_at, uuid',
      [hosts.map(host => host.host)],
    );
    for (const [cellPath, host, uuid, name] of rows) {
      const key = `${cellPath}@${host}`;
      const servers = found.get(key) ?? [];
      servers.push({ uuid: String(uuid), name: String(name) });
      found.set(key, servers);
    }
    return found;
  }
}

const recordOf = (row: Row, now: number): HostRecord => {
  const [id, uuid, cellPath, host, zone, enabled, disabledReason, forcedDown, up, lastSeenAt, toldAt, mirror] = row;
  const unheard = isUnheard(toldAt, now);
  const heard = up === 1 && !unheard;
  return {
    id: Number(id),
    uuid: String(uuid),
    cellPath: String(cellPath),
    host: String(host),
    zone: String(zone),
    enabled: enabled === 1,
    disabledReason: disabledReason === null ? null : String(disabledReason),
    forcedDown: forcedDown === 1,
    up: heard && forcedDown !== 1,
    heard,
    unheard: up === 1 && unheard,
    lastSeenAt: Number(lastSeenAt),
    mirror: parseMirror(String(host), String(mirror)),
  };
};

const parseMirror = (host: string, text: string): HostRecord['mirror'] => {
  try {
    return Mirror.parse(JSON.parse(text));
  } catch (error) {
    throw new CloudError('internal', `the mirror of host ${host} cannot be read: ${messageOf(error)}`, { cause: error });
  }
};
