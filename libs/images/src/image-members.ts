import type { DataSource } from 'typeorm';
import { CloudError } from '#domain';
import { ImageMemberRow } from './image-entities.js';

export const MEMBER_STATUSES = ['pending', 'accepted', 'rejected'] as const;
export type MemberStatus = (typeof MEMBER_STATUSES)[number];

export interface ImageMember {
  readonly imageId: string;
  /** A project's id. */
  readonly memberId: string;
  readonly status: MemberStatus;
  /** ms since 1970 */
  readonly createdAt: number;
  readonly updatedAt: number;
}

const MAX_MEMBERS = 128;

/** The projects that images are shared with. Who may do it is decided before. */
export class ImageMembers {
  constructor(private readonly database: DataSource) {}

  async list(imageId: string): Promise<ImageMember[]> {
    const rows = await this.repository().find({ where: { imageId }, order: { createdAt: 'ASC', memberId: 'ASC' } });
    return rows.map(memberFrom);
  }

  async find(imageId: string, memberId: string): Promise<ImageMember | undefined> {
    const row = await this.repository().findOneBy({ imageId, memberId });
    return row ? memberFrom(row) : undefined;
  }

  /** @throws CloudError `conflict` when it is one, `tooLarge` when there are too many */
  async add(imageId: string, memberId: string, now: number): Promise<void> {
    if ((await this.repository().countBy({ imageId })) >= MAX_MEMBERS)
      throw new CloudError(
        'tooLarge',
        `The limit has been exceeded on the number of allowed image members for this image: ${MAX_MEMBERS}.`,
      );
    const sql = "INSERT IGNORE INTO image_members (image_id, member_id, status, created_at, updated_at) VALUES (?, ?, 'pending', ?, ?)";
    const { affectedRows } = await this.database.query<{ affectedRows: number }>(sql, [imageId, memberId, now, now]);
    if (affectedRows === 0)
      throw new CloudError('conflict', `Error fetching image members: member ${memberId} is already associated with image ${imageId}.`);
  }

  async setStatus(imageId: string, memberId: string, status: MemberStatus, now: number): Promise<void> {
    await this.repository().update({ imageId, memberId }, { status, updatedAt: String(now) });
  }

  /** False when it was none. */
  async remove(imageId: string, memberId: string): Promise<boolean> {
    return ((await this.repository().delete({ imageId, memberId })).affected ?? 0) > 0;
  }

  private repository() {
    return this.database.getRepository(ImageMemberRow);
  }
}

const memberFrom = (row: ImageMemberRow): ImageMember => ({
  imageId: row.imageId,
  memberId: row.memberId,
  status: row.status,
  createdAt: Number(row.createdAt),
  updatedAt: Number(row.updatedAt),
});
