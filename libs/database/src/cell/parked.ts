import type { ParkedRow } from '#cell';
import { Envelope } from '#contracts';
import { type Sql, select } from './sql.js';

interface Raw {
  readonly parkedAt: number;
  readonly reason: string;
  readonly envelope: string;
}

const COLUMNS = 'parked_at AS parkedAt, reason, envelope';

export const listParked = async (sql: Sql, limit: number, marker?: string): Promise<ParkedRow[]> => {
  const after =
    marker === undefined ? '' : 'WHERE (parked_at, id) < (SELECT parked_at, id FROM parked_messages AS marked WHERE marked.id = ?)';
  const values = marker === undefined ? [limit] : [marker, limit];
  const statement = `SELECT ${COLUMNS} FROM parked_messages ${after} ORDER BY parked_at DESC, id DESC LIMIT ?`;
  return (await select<Raw>(sql, statement, values)).map(rowOf);
};

export const findParked = async (sql: Sql, id: string): Promise<ParkedRow | undefined> =>
  (await select<Raw>(sql, `SELECT ${COLUMNS} FROM parked_messages WHERE id = ?`, [id])).map(rowOf)[0];

export const countParked = async (sql: Sql): Promise<{ count: number; oldestAt: number | null }> => {
  const statement = 'SELECT COUNT(*) AS count, MIN(parked_at) AS oldestAt FROM parked_messages';
  const [row] = await select<{ count: number; oldestAt: number | null }>(sql, statement);
  return row ?? { count: 0, oldestAt: null };
};

const rowOf = ({ parkedAt, reason, envelope }: Raw): ParkedRow => ({ parkedAt, reason, envelope: Envelope.parse(JSON.parse(envelope)) });
