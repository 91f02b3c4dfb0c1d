import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { MemberStatus } from './image-members.js';

@Entity('images')
@Index('images_owner', ['owner'])
@Index('images_newest', ['createdAt', 'id'])
export class ImageRow {
  @PrimaryColumn({ type: 'varchar', length: 36 }) id: string;
  @Column({ type: 'varchar', length: 255, nullable: true }) name: string | null;
  @Column({ type: 'varchar', length: 16 }) status: string;
  @Column({ type: 'varchar', length: 16 }) visibility: string;
  @Column({ type: 'varchar', length: 64 }) owner: string;
  @Column({ type: 'boolean' }) protected: boolean;
  @Column({ type: 'boolean' }) hidden: boolean;
  @Column({ type: 'varchar', length: 16, name: 'disk_format', nullable: true }) diskFormat: string | null;
  @Column({ type: 'varchar', length: 16, name: 'container_format', nullable: true }) containerFormat: string | null;
  @Column({ type: 'int', name: 'min_disk' }) minDisk: number;
  @Column({ type: 'int', name: 'min_ram' }) minRam: number;
  @Column({ type: 'bigint', nullable: true }) size: string | null;
  @Column({ type: 'bigint', name: 'virtual_size', nullable: true }) virtualSize: string | null;
  @Column({ type: 'varchar', length: 32, nullable: true }) checksum: string | null;
  @Column({ type: 'varchar', length: 128, name: 'os_hash_value', nullable: true }) osHashValue: string | null;
  @Column({ type: 'json' }) tags: string;
  @Column({ type: 'json' }) properties: string;
  /** The name of the file with its data, new for every upload; set while it is saving or active. */
  @Column({ type: 'varchar', length: 80, name: 'data_key', nullable: true }) dataKey: string | null;
  @Column({ type: 'bigint', name: 'created_at' }) createdAt: string;
  @Column({ type: 'bigint', name: 'updated_at' }) updatedAt: string;
}

@Entity('image_signing_keys')
export class ImageSigningKeyRow {
  @PrimaryColumn({ type: 'varchar', length: 64 }) id: string;
  /** Base64. */
  @Column({ type: 'varchar', length: 128 }) secret: string;
}

/** A project that an image is shared with. */
@Entity('image_members')
@Index('image_members_member', ['memberId', 'status'])
export class ImageMemberRow {
  @PrimaryColumn({ type: 'varchar', length: 36, name: 'image_id' }) imageId: string;
  @PrimaryColumn({ type: 'varchar', length: 64, name: 'member_id' }) memberId: string;
  @Column({ type: 'varchar', length: 16 }) status: MemberStatus;
  @Column({ type: 'bigint', name: 'created_at' }) createdAt: string;
  @Column({ type: 'bigint', name: 'updated_at' }) updatedAt: string;
}

@Entity('image_tasks')
@Index('image_tasks_image', ['imageId'])
@Index('image_tasks_newest', ['createdAt', 'id'])
export class ImageTaskRow {
  @PrimaryColumn({ type: 'varchar', length: 36 }) id: string;
  @Column({ type: 'varchar', length: 36, name: 'image_id' }) imageId: string;
  @Column({ type: 'varchar', length: 64 }) owner: string;
  @Column({ type: 'varchar', length: 64, name: 'user_id' }) userId: string;
  @Column({ type: 'varchar', length: 64, name: 'request_id' }) requestId: string;
  @Column({ type: 'varchar', length: 64 }) method: string;
  @Column({ type: 'bigint', name: 'created_at' }) createdAt: string;
}

export const imageEntities = [ImageRow, ImageSigningKeyRow, ImageMemberRow, ImageTaskRow];
