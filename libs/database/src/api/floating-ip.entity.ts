import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { timeColumn, uuidColumn } from '../columns.js';

/** An address of a pool that a project has taken. */
@Entity('floating_ips')
@Unique('floating_ip_address', ['pool', 'address'])
@Index('floating_ips_of_project', ['projectId'])
export class FloatingIpRow {
  @PrimaryColumn(uuidColumn) id!: string;
  @Column({ name: 'project_id', type: 'varchar', length: 64, collation: 'utf8mb4_bin' }) projectId!: string;
  @Column({ name: 'user_id', type: 'varchar', length: 64, collation: 'utf8mb4_bin' }) userId!: string;
  /** The name of the pool, as it is configured. */
  @Column({ type: 'varchar', length: 64, collation: 'utf8mb4_bin' }) pool!: string;
  /** IPv4 as a number: the lowest that is free is found by arithmetic. */
  @Column({ type: 'int', unsigned: true }) address!: number;
  @Column({ ...timeColumn, name: 'created_at' }) createdAt!: string;
}
