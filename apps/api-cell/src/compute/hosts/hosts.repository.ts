import { z } from 'zod';
import { HostInventory, Resources } from '#contracts';
import { CloudError, messageOf } from '#domain';
import type { Row, Sql } from '../api/index.js';
import type { HostZones } from '../globals/host-zones.js';

/** The part of a mirrored host that operators are shown (see HostMirror of the cell protocol). */
const Mirror = z.object({ disabledReason: z.string().nullable(), inventory: HostInventory, used: Resources, runningGuests: z.number() });

export interface HostRecord {
  readonly id: number;
  readonly uuid: string;
  readonly cellPath: string;
  readonly host: string;
  /** That of its aggregates, else its own. */
  readonly zone: string;
  readonly enabled: boolean;
  readonly up: boolean;
  /** ms since 1970 */
  readonly lastSeenAt: number;
  readonly mirror: z.infer<typeof Mirror>;
}

export interface ServerOnHost {
  readonly uuid: string;
  readonly name: string;
}

const COLUMNS = 'id, uuid, cell_path, host, zone, enabled, up, last_seen_at, mirror';

/** The mirror of all hosts of all cells. */
export class HostsRepository {
  constructor(
    private readonly sql: Sql,
    private readonly zones: HostZones,
  ) {}

  /** All hosts by id, or those whose name of host or hypervisor contains the pattern. */
  async list(pattern?: string): Promise<HostRecord[]> {
    const zones = await this.zones.read();
    const hosts = (await this.sql.rows(`SELECT ${COLUMNS} FROM host_mirrors ORDER BY id`))
      .map(recordOf)
      .map(host => ({ ...host, zone: zones.groupingOf(host.host).zone ?? host.zone }));
    return pattern === undefined
      ? hosts
      : hosts.filter(host => host.mirror.inventory.hypervisorHostname.includes(pattern) || host.host.includes(pattern));
  }

  async find(by: { readonly id: number } | { readonly uuid: string }): Promise<HostRecord | undefined> {
    const [column, value] = 'id' in by ? ['id', by.id] : ['uuid', by.uuid];
    const [row] = await this.sql.rows(`SELECT ${COLUMNS} FROM host_mirrors WHERE ${column} = ?`, [value]);
    return row && recordOf(row);
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

const recordOf = ([id, uuid, cellPath, host, zone, enabled, up, lastSeenAt, mirror]: Row): HostRecord => ({
  id: Number(id),
  uuid: String(uuid),
  cellPath: String(cellPath),
  host: String(host),
  zone: String(zone),
  enabled: enabled === 1,
  up: up === 1,
  lastSeenAt: Number(lastSeenAt),
  mirror: parseMirror(String(host), String(mirror)),
});

const parseMirror = (host: string, text: string): HostRecord['mirror'] => {
  try {
    return Mirror.parse(JSON.parse(text));
  } catch (error) {
    throw new CloudError('internal', `the mirror of host ${host} cannot be read: ${messageOf(error)}`, { cause: error });
  }
};
