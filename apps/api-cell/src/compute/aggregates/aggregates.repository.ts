import { z } from 'zod';
import type { Row, Sql } from '../api/index.js';

export interface AggregateRecord {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
  /** By name, in the order of their names. */
  readonly hosts: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** ms since 1970 */
  readonly createdAt: number;
  readonly updatedAt: number | null;
}

/** Runs a read on the pool, or in a transaction. */
export type Read = Sql['rows'];

const COLUMNS = 'id, uuid, name, metadata, created_at, updated_at';
const Metadata = z.record(z.string(), z.string());

export const listAggregates = async (read: Read): Promise<AggregateRecord[]> => {
  const rows = await read(`SELECT ${COLUMNS} FROM aggregates ORDER BY id`);
  const hosts = new Map<number, string[]>();
  for (const [id, host] of await read('SELECT aggregate_id, host FROM aggregate_hosts ORDER BY host')) {
    const found = hosts.get(Number(id)) ?? [];
    found.push(String(host));
    hosts.set(Number(id), found);
  }
  return rows.map(row => recordOf(row, hosts.get(Number(row[0])) ?? []));
};

export const findAggregate = async (read: Read, id: number): Promise<AggregateRecord | undefined> => {
  const [row] = await read(`SELECT ${COLUMNS} FROM aggregates WHERE id = ?`, [id]);
  if (!row) return undefined;
  const hosts = await read('SELECT host FROM aggregate_hosts WHERE aggregate_id = ? ORDER BY host', [id]);
  return recordOf(
    row,
    hosts.map(([host]) => String(host)),
  );
};

const recordOf = ([id, uuid, name, metadata, createdAt, updatedAt]: Row, hosts: readonly string[]): AggregateRecord => ({
  id: Number(id),
  uuid: String(uuid),
  name: String(name),
  hosts,
  metadata: Metadata.parse(JSON.parse(String(metadata))),
  createdAt: Number(createdAt),
  updatedAt: updatedAt === null ? null : Number(updatedAt),
});
