import type { DataSource } from 'typeorm';
import { CloudError, type RequestContext } from '#domain';
import { ImageTaskRow } from './image-entities.js';

/** An import that was done: it is done when it is answered, so there is no other kind. */
export interface ImageTask {
  readonly id: string;
  readonly imageId: string;
  readonly owner: string;
  readonly userId: string;
  readonly requestId: string;
  /** `glance-direct` */
  readonly method: string;
  /** ms since 1970 */
  readonly createdAt: number;
}

/** How long Glance keeps a task, and so do we. */
export const TASK_KEPT_MS = 48 * 3600 * 1000;

export class ImageTasks {
  constructor(private readonly database: DataSource) {}

  async ofImage(imageId: string): Promise<ImageTask[]> {
    return (await this.repository().find({ where: { imageId }, order: { createdAt: 'DESC', id: 'DESC' } })).map(taskFrom);
  }

  async newest(limit: number): Promise<ImageTask[]> {
    return (await this.repository().find({ order: { createdAt: 'DESC', id: 'DESC' }, take: limit })).map(taskFrom);
  }

  /** @throws CloudError `notFound` */
  async get(id: string): Promise<ImageTask> {
    const row = await this.repository().findOneBy({ id });
    if (!row) throw new CloudError('notFound', `No task found with ID ${id}`);
    return taskFrom(row);
  }

  /** And forgets those that are old. */
  async record(ctx: RequestContext, task: { id: string; imageId: string; owner: string; method: string; now: number }): Promise<void> {
    const { now, ...fields } = task;
    await this.repository().insert({ ...fields, userId: ctx.userId, requestId: ctx.requestId, createdAt: String(now) });
    await this.database.query('DELETE FROM image_tasks WHERE created_at < ?', [now - TASK_KEPT_MS]);
  }

  private repository() {
    return this.database.getRepository(ImageTaskRow);
  }
}

const taskFrom = (row: ImageTaskRow): ImageTask => ({
  id: row.id,
  imageId: row.imageId,
  owner: row.owner,
  userId: row.userId,
  requestId: row.requestId,
  method: row.method,
  createdAt: Number(row.createdAt),
});
