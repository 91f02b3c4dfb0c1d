import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { timeColumn } from '../columns.js';

const exact = { collation: 'utf8mb4_bin' } as const;

@Entity('flavors')
export class FlavorRow {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true }) id!: number;
  /** What users call its id. */
  @Column({ name: 'flavor_id', type: 'varchar', length: 255, unique: true, ...exact }) flavorId!: string;
  @Column({ type: 'varchar', length: 255, unique: true, ...exact }) name!: string;
  @Column({ type: 'int', unsigned: true }) vcpus!: number;
  @Column({ name: 'memory_mb', type: 'int', unsigned: true }) memoryMb!: number;
  @Column({ name: 'root_gb', type: 'int', unsigned: true }) rootGb!: number;
  @Column({ name: 'ephemeral_gb', type: 'int', unsigned: true, default: 0 }) ephemeralGb!: number;
  @Column({ name: 'swap_mb', type: 'int', unsigned: true, default: 0 }) swapMb!: number;
  @Column({ name: 'rxtx_factor', type: 'double', default: 1 }) rxtxFactor!: number;
  @Column({ name: 'is_public', type: 'boolean', default: true }) isPublic!: boolean;
  @Column({ type: 'boolean', default: false }) disabled!: boolean;
  @Column({ type: 'text', nullable: true }) description!: string | null;
  /** JSON object of strings. */
  @Column({ name: 'extra_specs', type: 'text' }) extraSpecs!: string;
  @Column({ ...timeColumn, name: 'created_at' }) createdAt!: string;
  @Column({ ...timeColumn, name: 'updated_at', nullable: true }) updatedAt!: string | null;
}

/** A project that may use a flavor which is not public. */
@Entity('flavor_projects')
@Index('flavors_of_project', ['projectId'])
export class FlavorProject {
  @PrimaryColumn({ name: 'flavor_id', type: 'varchar', length: 255, ...exact }) flavorId!: string;
  @PrimaryColumn({ name: 'project_id', type: 'varchar', length: 255, ...exact }) projectId!: string;
}
