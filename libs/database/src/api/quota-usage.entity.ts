import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a project has taken of its quota. One row, so that one lock covers all of a request; always the sum over its instances. */
@Entity('quota_usages')
export class QuotaUsage {
  @PrimaryColumn({ name: 'project_id', type: 'varchar', length: 64 }) projectId!: string;
  @Column({ type: 'int', default: 0 }) instances!: number;
  @Column({ type: 'int', default: 0 }) cores!: number;
  @Column({ name: 'ram_mb', type: 'bigint', default: 0 }) ramMb!: string;
}
