import { type Connection, type ConnectionOptions, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { CellPlan } from '../../../tools/stack/plan.js';
import type { Stack } from '../../../tools/stack/stack.js';

export interface CellState {
  readonly path: string;
  /** Instances that are not deleted, by uuid. */
  readonly instances: ReadonlyMap<string, { host: string | null; vmState: string; taskState: string | null }>;
  /** Rows of tables that are empty when nothing is under way. */
  readonly underWay: Readonly<Record<string, number>>;
  /** Of each host: what its row says is used, and what its instances add up to. */
  readonly claims: readonly { host: string; used: number; sum: number; usedMemoryMb: number; sumMemoryMb: number }[];
}

/** How a cell's database is reached. */
export type DatabaseDoor = (cell: CellPlan) => ConnectionOptions;

const asTheCellDoes: DatabaseDoor = cell => ({ uri: cell.databaseUrl });

/** What every cell's database says of its instances. */
export const readCells = (stack: Stack, door = asTheCellDoes): Promise<CellState[]> =>
  Promise.all(stack.plan.cells.map(cell => readCell(cell, door(cell))));

const readCell = async (cell: CellPlan, options: ConnectionOptions): Promise<CellState> => {
  const connection = await createConnection(options);
  try {
    const instances = await rows(connection, 'SELECT uuid, host, vm_state, task_state FROM instances WHERE deleted_at IS NULL');
    const underWay: Record<string, number> = {};
    for (const table of ['workflows', 'reservations', 'outbox', 'parked_messages']) {
      underWay[table] = Number((await rows(connection, `SELECT COUNT(*) AS n FROM ${table}`))[0]?.n);
    }
    const claims = await rows(
      connection,
      `SELECT hosts.host, used_vcpus AS used, used_memory_mb AS usedMemoryMb, COALESCE(SUM(JSON_VALUE(claim, '$.vcpus')), 0) AS sum,
              COALESCE(SUM(JSON_VALUE(claim, '$.memoryMb')), 0) AS sumMemoryMb
       FROM hosts LEFT JOIN instances ON instances.host = hosts.host AND claim IS NOT NULL GROUP BY hosts.host, used_vcpus, used_memory_mb`,
    );
    return {
      path: cell.path,
      instances: new Map(instances.map(row => [String(row.uuid), { host: row.host, vmState: row.vm_state, taskState: row.task_state }])),
      underWay,
      claims: claims.map(row => ({
        host: row.host,
        used: Number(row.used),
        sum: Number(row.sum),
        usedMemoryMb: Number(row.usedMemoryMb),
        sumMemoryMb: Number(row.sumMemoryMb),
      })),
    };
  } finally {
    await connection.end();
  }
};

export const readQuotaUsage = async (stack: Stack, projectId: string): Promise<{ instances: number; cores: number; ramMb: number }> => {
  const connection = await createConnection({ uri: stack.plan.cells[0]!.databaseUrl });
  try {
    const [row] = await rows(connection, 'SELECT instances, cores, ram_mb FROM quota_usages WHERE project_id = ?', [projectId]);
    return { instances: Number(row?.instances), cores: Number(row?.cores), ramMb: Number(row?.ram_mb) };
  } finally {
    await connection.end();
  }
};

const rows = async (connection: Connection, statement: string, values: string[] = []): Promise<RowDataPacket[]> =>
  (await connection.execute<RowDataPacket[]>(statement, values))[0];
