import type { ServersIn } from '#cell';
import type { BuildSpec } from '#contracts';
import { type Raw, specFromRaw } from './codecs/index.js';
import { type Sql, select } from './sql.js';

/** What a host should have of an instance. */
export interface GuestWanted {
  readonly uuid: string;
  readonly powerState: number;
  readonly vmState: string;
}

export interface InstanceWhereabouts {
  readonly nextHop: string | null;
  readonly host: string | null;
  readonly deletedAt: number | null;
}

/** What a statement selects as `uuid`. */
export const listUuids = async (sql: Sql, statement: string, values: readonly unknown[]): Promise<string[]> =>
  (await select<{ uuid: string }>(sql, statement, values)).map(row => row.uuid);

/** How many servers each child has, and the first of them. */
export const readServersIn = async (sql: Sql, children: readonly string[], listed: number): Promise<ServersIn[]> => {
  if (children.length === 0) return [];
  const there = 'FROM instances WHERE next_hop IN (?) AND deleted_at IS NULL';
  const counted = await select<{ child: string; count: number }>(
    sql,
    `SELECT next_hop AS child, COUNT(*) AS count ${there} GROUP BY next_hop`,
    [children],
  );
  const counts = new Map(counted.map(row => [row.child, row.count]));
  return Promise.all(
    children.map(async child => ({
      child,
      count: counts.get(child) ?? 0,
      uuids: listed > 0 ? await listUuids(sql, `SELECT uuid ${there} ORDER BY uuid LIMIT ?`, [[child], listed]) : [],
    })),
  );
};

/** Those that wait since `before` for somebody to confirm their new flavor or host. */
export const listUnconfirmed = (sql: Sql, before: number, limit: number): Promise<string[]> => {
  const waits = "other_host IS NOT NULL AND vm_state = 'resized' AND task_state IS NULL AND updated_at <= ?";
  return listUuids(sql, `SELECT uuid FROM instances WHERE ${waits} ORDER BY uuid LIMIT ?`, [before, limit]);
};

export const listInstancesOnHost = (sql: Sql, host: string): Promise<GuestWanted[]> => {
  const columns = 'uuid, power_state AS powerState, vm_state AS vmState';
  return select<GuestWanted>(sql, `SELECT ${columns} FROM instances WHERE host = ? AND deleted_at IS NULL`, [host]);
};

/** Those of these guests that the host should not have, and the newest placement that is known of each. */
export const listStrangers = async (sql: Sql, host: string, uuids: readonly string[]): Promise<{ uuid: string; epoch: number }[]> => {
  if (uuids.length === 0) return [];
  const elsewhere = '(host IS NULL OR host <> ?) AND (other_host IS NULL OR other_host <> ?)';
  const statement = `SELECT uuid, highest_epoch AS epoch FROM instances WHERE uuid IN (?) AND (deleted_at IS NOT NULL OR (${elsewhere}))`;
  return select<{ uuid: string; epoch: number }>(sql, statement, [uuids, host, host]);
};

export const findInstance = async (sql: Sql, uuid: string): Promise<InstanceWhereabouts | undefined> => {
  const columns = 'next_hop AS nextHop, host, deleted_at AS deletedAt';
  return (await select<InstanceWhereabouts>(sql, `SELECT ${columns} FROM instances WHERE uuid = ?`, [uuid]))[0];
};

export const findSpec = async (sql: Sql, uuid: string): Promise<BuildSpec | undefined> => {
  const [row] = await select<Raw>(sql, 'SELECT uuid, spec FROM request_specs WHERE uuid = ?', [uuid]);
  return row && specFromRaw(row).spec;
};
