import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { hostColumn, requestIdColumn, timeColumn, uuidColumn } from '../columns.js';

/** One request that changed a server (Nova's instance_actions). */
@Entity('instance_actions')
export class InstanceAction {
  @PrimaryColumn({ ...uuidColumn, name: 'instance_uuid' }) instanceUuid!: string;
  @PrimaryColumn(requestIdColumn) requestId!: string;
  /** Nova's name: `create`, `delete`, `stop`, … */
  @Column({ type: 'varchar', length: 64 }) action!: string;
  @Column({ name: 'user_id', type: 'varchar', length: 64 }) userId!: string;
  @Column({ name: 'project_id', type: 'varchar', length: 64 }) projectId!: string;
  @Column({ ...timeColumn, name: 'start_time' }) startTime!: string;
  @Column({ ...timeColumn, name: 'updated_at' }) updatedAt!: string;
  /** `Error` when something on the way failed. */
  @Column({ type: 'varchar', length: 255, nullable: true }) message!: string | null;
}

/** One step of an action on a host or in a cell (Nova's instance_actions_events). */
@Entity('instance_action_events')
@Index('events_of_action', ['instanceUuid', 'requestId'])
export class InstanceActionEvent {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true }) id!: string;
  @Column({ ...uuidColumn, name: 'instance_uuid' }) instanceUuid!: string;
  @Column(requestIdColumn) requestId!: string;
  @Column({ type: 'varchar', length: 64 }) event!: string;
  @Column({ ...timeColumn, name: 'start_time' }) startTime!: string;
  @Column({ ...timeColumn, name: 'finish_time', nullable: true }) finishTime!: string | null;
  @Column({ type: 'varchar', length: 16, nullable: true }) result!: string | null;
  @Column({ type: 'text', nullable: true }) details!: string | null;
  @Column(hostColumn) host!: string | null;
}
