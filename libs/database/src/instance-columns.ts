import { Column, PrimaryColumn } from 'typeorm';
import { cellPathColumn, hostColumn, timeColumn, uuidColumn } from './columns.js';

/** What every cell keeps of an instance that passed through it. The owner writes it; the others mirror what the owner reports. */
export abstract class InstanceColumns {
  @PrimaryColumn(uuidColumn) uuid!: string;
  @Column({ type: 'int', unsigned: true, default: 0 }) epoch!: number;
  @Column({ type: 'int', unsigned: true, default: 0 }) generation!: number;
  /** Of the order that brought it here; 0 at the top. */
  @Column({ name: 'order_epoch', type: 'int', unsigned: true, default: 0 }) orderEpoch!: number;
  /** Of the placement that holds now. */
  @Column({ name: 'placed_epoch', type: 'int', unsigned: true, default: 0 }) placedEpoch!: number;
  /** The highest epoch ever given out for it here or below: the next placement must exceed it. */
  @Column({ name: 'highest_epoch', type: 'int', unsigned: true, default: 0 }) highestEpoch!: number;
  /** The child it was sent to; null while it is here. */
  @Column({ ...hostColumn, name: 'next_hop', length: 63 }) nextHop!: string | null;
  /** Full path of the cell that has it; null until one claimed it. */
  @Column(cellPathColumn) cellPath!: string | null;
  @Column(hostColumn) host!: string | null;
  @Column(hostColumn) node!: string | null;
  @Column({ name: 'vm_state', type: 'varchar', length: 24, default: 'building' }) vmState!: string;
  @Column({ name: 'task_state', type: 'varchar', length: 32, nullable: true }) taskState!: string | null;
  @Column({ name: 'power_state', type: 'tinyint', unsigned: true, default: 0 }) powerState!: number;
  @Column({ ...timeColumn, name: 'launched_at', nullable: true }) launchedAt!: string | null;
  @Column({ ...timeColumn, name: 'updated_at', default: 0 }) updatedAt!: string;
  /** Set when it is deleted: the row stays as a tombstone, so that a late message brings nothing back. */
  @Column({ ...timeColumn, name: 'deleted_at', nullable: true }) deletedAt!: string | null;
  /** JSON of Fault. */
  @Column({ type: 'text', nullable: true }) fault!: string | null;
  /** JSON: the children or hosts that refused it, and the trail of why. */
  @Column({ type: 'mediumtext', nullable: true }) placement!: string | null;
  /** JSON of the resources it holds on its host, in the cell that has the host; null when it holds none. */
  @Column({ type: 'varchar', length: 100, nullable: true }) claim!: string | null;
  /** JSON of Move: the last one, over or not. */
  @Column({ type: 'text', nullable: true }) move!: string | null;
  /** In the cell that has it, while a move is under way or waits to be confirmed: the other host that holds a guest of it. */
  @Column({ ...hostColumn, name: 'other_host' }) otherHost!: string | null;
  /** The server group it is a member of. */
  @Column({ ...uuidColumn, name: 'group_uuid', nullable: true }) groupUuid!: string | null;
  /** `owner` or `admin`, at the top only. */
  @Column({ name: 'locked_by', type: 'varchar', length: 8, nullable: true }) lockedBy!: string | null;
  @Column({ name: 'locked_reason', type: 'varchar', length: 255, nullable: true }) lockedReason!: string | null;
}
