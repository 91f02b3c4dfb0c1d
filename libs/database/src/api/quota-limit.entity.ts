import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A limit of one project that differs from the default; -1 is no limit. */
@Entity('quota_overrides')
export class QuotaOverride {
  @PrimaryColumn({ name: 'project_id', type: 'varchar', length: 64 }) projectId!: string;
  /** Nova's name: `instances`, `cores`, `ram`, … */
  @PrimaryColumn({ type: 'varchar', length: 64 }) resource!: string;
  @Column({ name: 'hard_limit', type: 'int' }) hardLimit!: number;
}

/** A limit of one user in one project, under the project's own; -1 is no limit beside it. */
@Entity('quota_user_overrides')
export class QuotaUserOverride {
  @PrimaryColumn({ name: 'project_id', type: 'varchar', length: 64 }) projectId!: string;
  @PrimaryColumn({ name: 'user_id', type: 'varchar', length: 64 }) userId!: string;
  @PrimaryColumn({ type: 'varchar', length: 64 }) resource!: string;
  @Column({ name: 'hard_limit', type: 'int' }) hardLimit!: number;
}

/** A default limit that an administrator changed (Nova's quota class `default`); -1 is no limit. */
@Entity('quota_class_limits')
export class QuotaClassLimit {
  @PrimaryColumn({ name: 'class_name', type: 'varchar', length: 64 }) className!: string;
  @PrimaryColumn({ type: 'varchar', length: 64 }) resource!: string;
  @Column({ name: 'hard_limit', type: 'int' }) hardLimit!: number;
}
