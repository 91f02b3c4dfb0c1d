import { type CellMirror, STATUS_STALE_MS, type UnitOfWork } from '#cell';
import { CellStatus } from '#contracts';
import { execute, type Sql, select } from './sql.js';
import type { Transaction } from './transaction.js';

interface Row {
  readonly received_at: number;
  readonly status: string;
}

/** The newest of each cell, by the rule of `replaces`, in one statement. */
export const storeCellMirrors = (tx: Transaction, work: UnitOfWork): void => {
  const rows = work.cellMirrors
    .all()
    .map(({ status, receivedAt }) => [
      status.path,
      status.version.epoch,
      status.version.generation,
      receivedAt,
      status.gone,
      JSON.stringify(status),
    ]);
  if (rows.length === 0) return;
  const newer = `((VALUES(epoch), VALUES(generation)) > (epoch, generation)
    OR (gone = 0 AND VALUES(received_at) > received_at + ${STATUS_STALE_MS}))`;
  // What the rule compares is set last: MariaDB assigns from left to right.
  const setters = ['status', 'epoch', 'generation', 'gone', 'received_at'].map(
    column => `${column} = IF(@newer, VALUES(${column}), ${column})`,
  );
  const [first, ...others] = setters;
  const guarded = first!.replace('IF(@newer,', `IF(@newer := ${newer},`);
  tx.change(
    `INSERT INTO cell_mirrors (path, epoch, generation, received_at, gone, status) VALUES ?
     ON DUPLICATE KEY UPDATE ${[guarded, ...others].join(', ')}`,
    [rows],
  );
};

export const readCellMirrors = async (sql: Sql, receivedSince: number): Promise<CellMirror[]> => {
  const statement = 'SELECT received_at, status FROM cell_mirrors WHERE received_at >= ? ORDER BY path';
  return (await select<Row>(sql, statement, [Math.max(0, receivedSince)])).map(row => ({
    status: CellStatus.parse(JSON.parse(row.status)),
    receivedAt: Number(row.received_at),
  }));
};

export const pruneCellMirrors = (sql: Sql, before: number): Promise<number> =>
  execute(sql, 'DELETE FROM cell_mirrors WHERE gone = 1 AND received_at < ?', [before]);
