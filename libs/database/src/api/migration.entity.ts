import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { hostColumn, timeColumn, uuidColumn } from '../columns.js';

/** A move of a server, as users see it (Nova's migrations): what was last heard of it. It stays when the server is deleted. */
@Entity('migrations')
@Index('migration_uuid', ['uuid'], { unique: true })
@Index('migrations_by_instance', ['instanceUuid', 'id'])
@Index('migrations_by_change', ['updatedAt'])
export class MigrationRow {
  /** What Nova's API names it by within its server. */
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true }) id!: string;
  @Column(uuidColumn) uuid!: string;
  @Column({ ...uuidColumn, name: 'instance_uuid' }) instanceUuid!: string;
  /** Of the server's state that told it last. */
  @Column({ type: 'int', unsigned: true, default: 0 }) epoch!: number;
  @Column({ type: 'int', unsigned: true, default: 0 }) generation!: number;
  @Column({ type: 'varchar', length: 16 }) type!: string;
  @Column({ type: 'varchar', length: 16 }) status!: string;
  @Column({ ...hostColumn, name: 'source_host' }) sourceHost!: string | null;
  @Column({ ...hostColumn, name: 'dest_host' }) destHost!: string | null;
  @Column({ name: 'user_id', type: 'varchar', length: 64 }) userId!: string;
  @Column({ name: 'project_id', type: 'varchar', length: 64 }) projectId!: string;
  @Column({ ...timeColumn, name: 'created_at' }) createdAt!: string;
  @Column({ ...timeColumn, name: 'updated_at' }) updatedAt!: string;
  /** JSON of Move: the rest. */
  @Column({ type: 'text' }) move!: string;
}
