import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { timeColumn, uuidColumn } from '../columns.js';

/** A server group. Its members are the instances that name it. */
@Entity('server_groups')
@Unique('server_group_uuid', ['uuid'])
@Index('server_groups_by_project', ['projectId'])
export class ServerGroupRow {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true }) id!: number;
  @Column(uuidColumn) uuid!: string;
  @Column({ name: 'project_id', type: 'varchar', length: 64 }) projectId!: string;
  @Column({ name: 'user_id', type: 'varchar', length: 64 }) userId!: string;
  @Column({ type: 'varchar', length: 255 }) name!: string;
  /** `affinity`, `anti-affinity`, `soft-affinity` or `soft-anti-affinity`. */
  @Column({ type: 'varchar', length: 32 }) policy!: string;
  /** Of `anti-affinity`; null when the user gave no rule. */
  @Column({ name: 'max_server_per_host', type: 'int', unsigned: true, nullable: true }) maxServerPerHost!: number | null;
  @Column({ ...timeColumn, name: 'created_at' }) createdAt!: string;
}

/** Locked by whoever makes a group of the project, so that two requests cannot both take the last place of the quota. */
@Entity('server_group_owners')
export class ServerGroupOwner {
  @PrimaryColumn({ name: 'project_id', type: 'varchar', length: 64, collation: 'utf8mb4_bin' }) projectId!: string;
}
