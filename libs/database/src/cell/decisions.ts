import { randomInt } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { DECISIONS_KEPT_MS, DECISIONS_PER_INSTANCE, type DecisionRow, type UnitOfWork } from '#cell';
import { decisionFromText, decisionToText } from './decision-text.js';
import { execute, type Sql, select } from './sql.js';
import type { Transaction } from './transaction.js';

/* How the cell decided: written with each placement, read when somebody asks why, and forgotten after three days. */

const COLUMNS = ['at', 'sequence', 'instance_key', 'request_key', 'instance_uuid', 'request_id', 'decision'] as const;

/** One transaction decides far less often than this. */
const SEQUENCES_EACH = 10_000;

export const storeDecisions = (tx: Transaction, work: UnitOfWork): void => {
  const decisions = work.decisions.all();
  if (decisions.length === 0) return;
  const first = randomInt(400_000) * SEQUENCES_EACH;
  const rows = decisions.map(({ at, instanceUuid, requestId, decision }, i) => [
    at,
    first + i,
    crc32(instanceUuid),
    crc32(requestId),
    instanceUuid,
    requestId,
    decisionToText(decision),
  ]);
  tx.insert('placement_decisions', COLUMNS, rows);
};

export const listDecisions = async (sql: Sql, uuids: readonly string[]): Promise<DecisionRow[]> => {
  if (uuids.length === 0) return [];
  const statement = `SELECT at, instance_uuid, request_id, decision FROM placement_decisions WHERE instance_key IN (?) AND instance_uuid IN (?)
    ORDER BY at, sequence LIMIT ?`;
  const rows = await select<{ at: number; instance_uuid: string; request_id: string; decision: string }>(sql, statement, [
    uuids.map(uuid => crc32(uuid)),
    uuids,
    uuids.length * DECISIONS_PER_INSTANCE,
  ]);
  return rows.map(row => ({
    instanceUuid: row.instance_uuid,
    requestId: row.request_id,
    at: row.at,
    decision: decisionFromText(row.decision),
  }));
};

export const listDecidedInstances = async (
  sql: Sql,
  requestId: string,
  { after = '', limit }: { readonly after?: string; readonly limit: number },
): Promise<string[]> => {
  const statement = `SELECT DISTINCT instance_uuid AS uuid FROM placement_decisions WHERE request_key = ? AND request_id = ? AND instance_uuid > ?
    ORDER BY instance_uuid LIMIT ?`;
  return (await select<{ uuid: string }>(sql, statement, [crc32(requestId), requestId, after, limit])).map(row => row.uuid);
};

/** @returns how many rows went. */
export const pruneDecisions = (sql: Sql, now: number, limit: number): Promise<number> =>
  execute(sql, 'DELETE FROM placement_decisions WHERE at < ? LIMIT ?', [now - DECISIONS_KEPT_MS, limit]);
