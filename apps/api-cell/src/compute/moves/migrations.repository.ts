import { Move } from '#contracts';
import type { ChangePeriod, Row, Sql } from '../api/index.js';
import type { MigrationRecord } from './migration.view.js';

/** Which moves are wanted; what is left out does not matter. */
export interface MigrationFilter {
  readonly instanceUuid?: string | undefined;
  /** Where it is from or to. */
  readonly host?: string | undefined;
  readonly sourceHost?: string | undefined;
  readonly status?: string | undefined;
  readonly type?: string | undefined;
  readonly userId?: string | undefined;
  readonly projectId?: string | undefined;
  readonly changed?: ChangePeriod | undefined;
}

export interface MigrationPage {
  readonly limit: number;
  /** The number of the last that was seen, when the newest come first. */
  readonly below?: number | undefined;
  readonly order: 'oldest first' | 'newest first';
}

const COLUMNS = `m.id, m.instance_uuid, m.move,
  (SELECT f.id FROM flavors f WHERE f.flavor_id = JSON_VALUE(m.move, '$.oldFlavor.flavorId')),
  (SELECT f.id FROM flavors f WHERE f.flavor_id = JSON_VALUE(m.move, '$.newFlavor.flavorId'))`;

/** Reads of the records of moves. */
export class MigrationsRepository {
  constructor(private readonly sql: Sql) {}

  async list(filter: MigrationFilter, { limit, below, order }: MigrationPage): Promise<MigrationRecord[]> {
    const conditions = [...conditionsOf(filter), ...(below === undefined ? [] : ([['m.id < ?', [below]]] as const))];
    const where = conditions.map(([text]) => text).join(' AND ') || '1';
    const direction = order === 'newest first' ? 'DESC' : 'ASC';
    const statement = `SELECT ${COLUMNS} FROM migrations m WHERE ${where} ORDER BY m.id ${direction} LIMIT ${limit}`;
    const rows = await this.sql.rows(
      statement,
      conditions.flatMap(([, values]) => [...values]),
    );
    return rows.map(recordOf);
  }

  /** The number of the move with this uuid. */
  async numberOf(uuid: string): Promise<number | undefined> {
    const [row] = await this.sql.rows('SELECT id FROM migrations WHERE uuid = ?', [uuid]);
    return row && Number(row[0]);
  }

  async ofServer(instanceUuid: string, id: number): Promise<MigrationRecord | undefined> {
    const [row] = await this.sql.rows(`SELECT ${COLUMNS} FROM migrations m WHERE m.instance_uuid = ? AND m.id = ?`, [instanceUuid, id]);
    return row && recordOf(row);
  }
}

const conditionsOf = (filter: MigrationFilter): (readonly [string, readonly unknown[]])[] => {
  const { host, changed } = filter;
  const equal = (column: string, value: string | undefined) => (value === undefined ? [] : ([[`m.${column} = ?`, [value]]] as const));
  return [
    ...equal('instance_uuid', filter.instanceUuid),
    ...(host === undefined ? [] : ([['(m.source_host = ? OR m.dest_host = ?)', [host, host]]] as const)),
    ...equal('source_host', filter.sourceHost),
    ...equal('status', filter.status),
    ...equal('type', filter.type),
    ...equal('user_id', filter.userId),
    ...equal('project_id', filter.projectId),
    ...(changed ? ([['m.updated_at BETWEEN ? AND ?', [changed.since, changed.before]]] as const) : []),
  ];
};

const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));

const recordOf = ([id, serverUuid, move, oldFlavor, newFlavor]: Row): MigrationRecord => ({
  id: Number(id),
  serverUuid: String(serverUuid),
  move: Move.parse(JSON.parse(String(move))),
  oldFlavor: numberOrNull(oldFlavor),
  newFlavor: numberOrNull(newFlavor),
});
