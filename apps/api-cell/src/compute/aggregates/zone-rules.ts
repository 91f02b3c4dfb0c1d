import { pythonRepr } from '../api/python-repr.js';
import type { AggregateRecord, Read } from './aggregates.repository.js';

/** As Nova's refusals word what was wanted. */
export type Change = 'update' | 'update metadata of' | 'add host to' | 'remove host from';

/**
 * Nova's rule: a host is in one zone, so an aggregate's zone may not differ from that of another with the same host, and a host that has
 * servers stays in its zone.
 * @param zone what the zone of `hosts` is to be; null: none
 * @returns why it may not be, or undefined
 */
export const checkZone = async (
  read: Read,
  aggregate: AggregateRecord,
  change: Change,
  zone: string | null,
  hosts: readonly string[],
): Promise<string | undefined> => {
  if (zone === '') return `Aggregate ${aggregate.name} does not support empty named availability zone`;
  if (hosts.length === 0) return undefined;
  const rows = await read(
    `SELECT DISTINCT JSON_VALUE(metadata, '$.availability_zone') AS zone FROM aggregates JOIN aggregate_hosts ON aggregate_id = id
     WHERE host IN (?) AND id <> ? HAVING zone IS NOT NULL ORDER BY zone`,
    [hosts, aggregate.id],
  );
  const others = rows.map(([other]) => String(other)).filter(other => other !== zone);
  if (others.length > 0) return `One or more hosts already in availability zone(s) ${pythonRepr(others)}`;
  const isSame = (aggregate.metadata.availability_zone ?? null) === zone;
  if (change === 'add host to' || isSame) return undefined;
  const [server] = await read('SELECT uuid FROM instances WHERE host IN (?) AND deleted_at IS NULL LIMIT 1', [hosts]);
  return server ? 'One or more hosts contain instances in this zone' : undefined;
};
