import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { timeColumn, uuidColumn } from '../columns.js';

@Entity('aggregates')
@Unique('aggregate_uuid', ['uuid'])
@Unique('aggregate_name', ['name'])
export class AggregateRow {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true }) id!: number;
  @Column(uuidColumn) uuid!: string;
  @Column({ type: 'varchar', length: 255, collation: 'utf8mb4_bin' }) name!: string;
  /** JSON object of strings; `availability_zone` is the zone of its hosts. */
  @Column({ type: 'mediumtext' }) metadata!: string;
  @Column({ ...timeColumn, name: 'created_at' }) createdAt!: string;
  @Column({ ...timeColumn, name: 'updated_at', nullable: true }) updatedAt!: string | null;
}

@Entity('aggregate_hosts')
@Index('aggregates_of_host', ['host'])
export class AggregateHost {
  @PrimaryColumn({ name: 'aggregate_id', type: 'int', unsigned: true }) aggregateId!: number;
  /** By name, as in Nova: a name that two cells use means both hosts. */
  @PrimaryColumn({ type: 'varchar', length: 255, collation: 'utf8mb4_bin' }) host!: string;
}
