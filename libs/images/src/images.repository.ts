import type { DataSource, EntityManager } from 'typeorm';
import { CloudError, type RequestContext } from '#domain';
import type { Image, ImageFields, ImageStatus } from './image.js';
import type { ImageQuery } from './image-query.js';
import { columnsOf, ImageRecord } from './image-record.js';
import { listStatement } from './image-sql.js';

/** What is known of data that arrived whole. */
export interface StoredData {
  readonly sizeBytes: number;
  readonly virtualSizeBytes: number | null;
  readonly checksum: string;
  readonly sha512: string;
}

/** Data on its way into an image, or into the staging area from which it is imported. */
export type Arrival =
  | { readonly during: 'saving'; readonly after: 'active' }
  | { readonly during: 'uploading'; readonly after: 'uploading' };

export const UPLOAD: Arrival = { during: 'saving', after: 'active' };
export const STAGE: Arrival = { during: 'uploading', after: 'uploading' };

const ARRIVING = "status IN ('saving', 'uploading') AND size IS NULL";

/** The table of images. Every change of status is a compare-and-set that tells whether it happened. */
export class ImagesRepository {
  constructor(private readonly database: DataSource) {}

  async find(id: string): Promise<ImageRecord | undefined> {
    return findIn(this.database, 'SELECT * FROM images WHERE id = ?', [id]);
  }

  async list(ctx: RequestContext, query: ImageQuery): Promise<Image[]> {
    const { text, values } = listStatement(ctx, query);
    const rows = await this.database.query<unknown[]>(text, [...values]);
    return rows.map(row => ImageRecord.parse(row).image);
  }

  /** @throws CloudError `conflict` when the id is taken. */
  async insert(id: string, fields: ImageFields, now: number): Promise<void> {
    const columns = { id, status: 'queued', ...columnsOf(fields), created_at: now, updated_at: now };
    const names = Object.keys(columns);
    try {
      await this.database.query(
        `INSERT INTO images (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
        Object.values(columns),
      );
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ER_DUP_ENTRY')) throw error;
      throw new CloudError('conflict', `Image ID ${id} already exists!`, { cause: error });
    }
  }

  /** Reads, decides and writes with the row locked, so that two changes at once both count. */
  async change(id: string, decide: (image: Image) => ImageFields, now: number): Promise<void> {
    await this.database.transaction(async tx => {
      const record = await findIn(tx, 'SELECT * FROM images WHERE id = ? FOR UPDATE', [id]);
      if (!record) throw noSuchImage(id);
      const columns = { ...columnsOf(decide(record.image)), updated_at: now };
      await tx.query(`UPDATE images SET ${assignments(columns)} WHERE id = ?`, [...Object.values(columns), id]);
    });
  }

  async beginUpload(id: string, dataKey: string, during: Arrival['during'], now: number): Promise<boolean> {
    const sql = "UPDATE images SET status = ?, data_key = ?, updated_at = ? WHERE id = ? AND status = 'queued'";
    return this.changes(sql, [during, dataKey, now, id]);
  }

  async finishUpload(id: string, dataKey: string, data: StoredData, { during, after }: Arrival, now: number): Promise<boolean> {
    const sql = `UPDATE images SET status = ?, size = ?, virtual_size = ?, checksum = ?, os_hash_value = ?, updated_at = ?
      WHERE id = ? AND data_key = ? AND status = ? AND size IS NULL`;
    return this.changes(sql, [after, data.sizeBytes, data.virtualSizeBytes, data.checksum, data.sha512, now, id, dataKey, during]);
  }

  /** What was staged whole becomes the image's data. */
  async importStaged(id: string, now: number): Promise<boolean> {
    const sql = "UPDATE images SET status = 'active', updated_at = ? WHERE id = ? AND status = 'uploading' AND size IS NOT NULL";
    return this.changes(sql, [now, id]);
  }

  async abandonUpload(id: string, dataKey: string, now: number): Promise<boolean> {
    const sql = `UPDATE images SET status = 'queued', data_key = NULL, updated_at = ? WHERE id = ? AND data_key = ? AND ${ARRIVING}`;
    return this.changes(sql, [now, id, dataKey]);
  }

  async changeStatus(id: string, change: { from: ImageStatus; to: ImageStatus }, now: number): Promise<boolean> {
    return this.changes('UPDATE images SET status = ?, updated_at = ? WHERE id = ? AND status = ?', [change.to, now, id, change.from]);
  }

  /** False when it is protected, or gone. */
  async delete(id: string): Promise<boolean> {
    const deleted = await this.changes('DELETE FROM images WHERE id = ? AND protected = 0', [id]);
    if (deleted) await this.database.query('DELETE FROM image_members WHERE image_id = ?', [id]);
    return deleted;
  }

  /** A project's backups of one kind of one server that have their data, newest first. */
  async backups(owner: string, instanceUuid: string, backupType: string): Promise<ImageRecord[]> {
    const rows = await this.database.query<unknown[]>(
      `SELECT * FROM images WHERE owner = ? AND status = 'active' AND JSON_VALUE(properties, '$.image_type') = 'backup'
       AND JSON_VALUE(properties, '$.instance_uuid') = ? AND JSON_VALUE(properties, '$.backup_type') = ? ORDER BY created_at DESC, id DESC`,
      [owner, instanceUuid, backupType],
    );
    return rows.map(row => ImageRecord.parse(row));
  }

  async uploadsBegunBefore(time: number): Promise<ImageRecord[]> {
    const rows = await this.database.query<unknown[]>(`SELECT * FROM images WHERE ${ARRIVING} AND updated_at < ?`, [time]);
    return rows.map(row => ImageRecord.parse(row));
  }

  async dataKeys(): Promise<Set<string>> {
    const rows = await this.database.query<{ data_key: string }[]>('SELECT data_key FROM images WHERE data_key IS NOT NULL');
    return new Set(rows.map(row => row.data_key));
  }

  private async changes(sql: string, values: (string | number | null)[]): Promise<boolean> {
    const { affectedRows } = await this.database.query<Written>(sql, values);
    return affectedRows === 1;
  }
}

export const noSuchImage = (id: string): CloudError => new CloudError('notFound', `No image found with ID ${id}`);

interface Written {
  readonly affectedRows: number;
}

const findIn = async (database: DataSource | EntityManager, sql: string, values: string[]): Promise<ImageRecord | undefined> => {
  const [row] = await database.query<unknown[]>(sql, values);
  return row === undefined ? undefined : ImageRecord.parse(row);
};

const assignments = (columns: object): string =>
  Object.keys(columns)
    .map(name => `${name} = ?`)
    .join(', ');
