import { CloudError, isUuid, type RequestContext, readsEverything } from '#domain';
import { BatchedReads, isSqlError, type Row, type Sql } from '../api/index.js';
import type { ServerQuery } from './server-query.js';
import { SERVER_COLUMNS, type ServerRow, serverRowOf } from './server-row.js';

/** What tells whether a rendered server is still good. */
export interface ServerKey {
  readonly uuid: string;
  readonly touched: string;
  readonly cellPath: string | null;
  readonly host: string | null;
}

const KEY_COLUMNS = 'uuid, CAST(touched AS CHAR), cell_path, host';

/** Reads of the instances table. Every method answers only what the caller may see. */
export class ServersRepository {
  private readonly keys: BatchedReads<Row>;

  constructor(private readonly sql: Sql) {
    this.keys = new BatchedReads(uuids => this.liveKeys(uuids), { atOnce: 2, maxKeys: 100 });
  }

  /** @throws CloudError `notFound` in Nova's words: no such server, not the caller's, or deleted. */
  async keyForShow(ctx: RequestContext, uuid: string): Promise<ServerKey> {
    const row = isUuid(uuid) ? await this.keys.get(uuid) : undefined;
    if (!row || (row[4] !== ctx.projectId && !readsEverything(ctx))) throw serverNotFound(uuid);
    return keyOf(row);
  }

  /** @throws CloudError `notFound` */
  async show(ctx: RequestContext, uuid: string, options: { readonly deletedToo?: boolean } = {}): Promise<ServerRow> {
    const [row] = isUuid(uuid) ? await this.rows([uuid], { userData: true }) : [];
    if (!row || (row.deletedAt !== null && !options.deletedToo) || (row.projectId !== ctx.projectId && !readsEverything(ctx)))
      throw serverNotFound(uuid);
    return row;
  }

  /** Of the image that it was last kept in while it was shelved, whether or not that is there any more. For what the caller was let to see. */
  async shelvedImageOf(uuid: string): Promise<string | null> {
    const [row] = await this.sql.rows('SELECT shelved_image_id FROM instances WHERE uuid = ?', [uuid]);
    return row?.[0] == null ? null : String(row[0]);
  }

  /** One page of a list, in order. The query says whose servers they are. */
  async keysForList(query: ServerQuery): Promise<ServerKey[]> {
    return (await this.select(KEY_COLUMNS, query)).map(keyOf);
  }

  async summariesForList(query: ServerQuery): Promise<{ uuid: string; name: string }[]> {
    return (await this.select('uuid, display_name', query)).map(([uuid, name]) => ({ uuid: String(uuid), name: String(name) }));
  }

  /** The sort values of a marker, when the caller may see it. */
  async markerForList(ctx: RequestContext, uuid: string, expressions: readonly string[]): Promise<Row | undefined> {
    if (!isUuid(uuid)) return undefined;
    const [row] = await this.sql.rows(`SELECT project_id, ${expressions.join(', ')} FROM instances WHERE uuid = ?`, [uuid]);
    return row && (row[0] === ctx.projectId || readsEverything(ctx)) ? row.slice(1) : undefined;
  }

  /** Whole rows, in no order. User data may be large: it is read only when it is shown. */
  async rows(uuids: readonly string[], { userData }: { readonly userData: boolean }): Promise<ServerRow[]> {
    const columns = userData ? `${SERVER_COLUMNS}, user_data` : SERVER_COLUMNS;
    return (await this.sql.rows(`SELECT ${columns} FROM instances WHERE uuid IN (?)`, [uuids])).map(serverRowOf);
  }

  private async liveKeys(uuids: readonly string[]): Promise<ReadonlyMap<string, Row>> {
    const rows = await this.sql.rows(`SELECT ${KEY_COLUMNS}, project_id FROM instances WHERE uuid IN (?) AND deleted_at IS NULL`, [uuids]);
    return new Map(rows.map(row => [String(row[0]), row]));
  }

  private async select(columns: string, { where, orderBy, limit, values }: ServerQuery): Promise<Row[]> {
    if (limit === 0) return [];
    try {
      return await this.sql.rows(`SELECT ${columns} FROM instances WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`, values);
    } catch (error) {
      if (isSqlError(error, 'ER_REGEXP_ERROR'))
        throw new CloudError('invalid', 'Invalid filter field: name is not a regular expression.', { cause: error });
      throw error;
    }
  }
}

export const serverNotFound = (uuid: string): CloudError => new CloudError('notFound', `Instance ${uuid} could not be found.`);

const keyOf = ([uuid, touched, cellPath, host]: Row): ServerKey => ({
  uuid: String(uuid),
  touched: String(touched),
  cellPath: cellPath === null ? null : String(cellPath),
  host: host === null ? null : String(host),
});
