import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { requestIdColumn, timeColumn, uuidColumn } from '../columns.js';
import { InstanceColumns } from '../instance-columns.js';

const name63 = { type: 'varchar', length: 63 } as const;
const count = { type: 'int', unsigned: true, default: 0 } as const;
const amount = { type: 'bigint', default: 0 } as const;

/** An instance of a cell below the top. */
@Entity('instances')
@Index('instances_by_host', ['host'])
@Index('instances_by_group', ['groupUuid'])
@Index('instances_by_next_hop', ['nextHop', 'deletedAt', 'uuid'])
@Index('instances_by_other_host', ['otherHost'])
export class CellInstance extends InstanceColumns {}

/** The whole order of an instance (BuildSpec as JSON), from when it comes until it is deleted. */
@Entity('request_specs')
export class RequestSpecEntity {
  @PrimaryColumn(uuidColumn) uuid!: string;
  @Column({ type: 'mediumtext' }) spec!: string;
}

/** A workflow under way: one per instance. */
@Entity('workflows')
@Index('workflows_due', ['runAfter'])
export class WorkflowEntity {
  @PrimaryColumn({ ...uuidColumn }) subject!: string;
  @Column({ ...timeColumn, name: 'run_after' }) runAfter!: string;
  @Column({ ...name63 }) kind!: string;
  @Column({ ...name63 }) step!: string;
  /** JSON of WorkflowRow. */
  @Column({ type: 'mediumtext' }) body!: string;
}

/** A host of this cell: what placement decides on, and the claims on it. */
@Entity('hosts')
export class HostEntity {
  @PrimaryColumn(name63) host!: string;
  /** Guards the claims: compared and raised by each that changes them. */
  @Column({ type: 'bigint', unsigned: true, default: 0 }) generation!: string;
  @Column({ type: 'varchar', length: 255 }) zone!: string;
  @Column({ type: 'boolean', default: true }) enabled!: boolean;
  @Column({ name: 'disabled_reason', type: 'varchar', length: 255, nullable: true }) disabledReason!: string | null;
  @Column({ name: 'forced_down', type: 'boolean', default: false }) forcedDown!: boolean;
  /** Of the last order from above that was carried out. */
  @Column({ ...timeColumn, name: 'ordered_version', default: 0 }) orderedVersion!: string;
  @Column({ ...timeColumn, name: 'reported_epoch', default: 0 }) reportedEpoch!: string;
  @Column({ ...timeColumn, name: 'reported_generation', default: 0 }) reportedGeneration!: string;
  @Column({ ...timeColumn, name: 'last_seen_at', default: 0 }) lastSeenAt!: string;
  @Column({ ...count, name: 'total_vcpus' }) totalVcpus!: number;
  @Column({ ...amount, name: 'total_memory_mb' }) totalMemoryMb!: string;
  @Column({ ...amount, name: 'total_disk_gb' }) totalDiskGb!: string;
  @Column({ ...count, name: 'reserved_vcpus' }) reservedVcpus!: number;
  @Column({ ...amount, name: 'reserved_memory_mb' }) reservedMemoryMb!: string;
  @Column({ ...amount, name: 'reserved_disk_gb' }) reservedDiskGb!: string;
  @Column({ name: 'cpu_allocation_ratio', type: 'double', default: 1 }) cpuAllocationRatio!: number;
  @Column({ type: 'int', name: 'used_vcpus', default: 0 }) usedVcpus!: number;
  @Column({ ...amount, name: 'used_memory_mb' }) usedMemoryMb!: string;
  @Column({ ...amount, name: 'used_disk_gb' }) usedDiskGb!: string;
  @Column({ type: 'int', default: 0 }) claims!: number;
  @Column({ name: 'hypervisor_type', type: 'varchar', length: 64 }) hypervisorType!: string;
  @Column({ type: 'varchar', length: 255 }) node!: string;
  /** JSON array of strings. */
  @Column({ type: 'text' }) traits!: string;
  @Column({ type: 'varchar', length: 32, nullable: true }) architecture!: string | null;
  @Column({ ...count, name: 'running_guests' }) runningGuests!: number;
}

/** The rest of what a host said of itself (HostInventory as JSON). */
@Entity('host_inventories')
export class HostInventoryEntity {
  @PrimaryColumn(name63) host!: string;
  @Column({ type: 'text' }) inventory!: string;
}

/** A child cell and its last report of capacity: stored, so that a restart forgets nothing. */
@Entity('child_cells')
export class ChildCellEntity {
  @PrimaryColumn(name63) name!: string;
  @Column({ type: 'boolean', default: true }) enabled!: boolean;
  @Column({ name: 'disabled_reason', type: 'varchar', length: 255, nullable: true }) disabledReason!: string | null;
  /** Percent. */
  @Column({ type: 'tinyint', unsigned: true, default: 0 }) draining!: number;
  @Column({ name: 'drain_from', type: 'int', unsigned: true, nullable: true }) drainFrom!: number | null;
  @Column({ name: 'weight_offset', type: 'double', default: 0 }) weightOffset!: number;
  @Column({ name: 'weight_scale', type: 'double', default: 1 }) weightScale!: number;
  /** JSON of ChildQuota. */
  @Column({ type: 'varchar', length: 255, nullable: true }) quota!: string | null;
  @Column({ ...timeColumn, name: 'report_number', default: 0 }) reportNumber!: string;
  /** JSON of CapacityReport. */
  @Column({ type: 'mediumtext', nullable: true }) report!: string | null;
  @Column({ ...timeColumn, name: 'last_seen_at', default: 0 }) lastSeenAt!: string;
  /** What is there or on its way there; always the sum over the instances that were sent there and have not ended. */
  @Column({ type: 'int', name: 'used_instances', default: 0 }) usedInstances!: number;
  @Column({ type: 'int', name: 'used_cores', default: 0 }) usedCores!: number;
  @Column({ ...amount, name: 'used_ram_mb' }) usedRamMb!: string;
}

/** How a child came in, or that it was taken out: see JoinRow. Of secrets there are hashes only. */
@Entity('cell_joins')
export class CellJoinEntity {
  @PrimaryColumn(name63) name!: string;
  @Column({ name: 'token_hash', type: 'char', length: 64, charset: 'ascii', collation: 'ascii_bin', nullable: true })
  tokenHash!: string | null;
  @Column({ ...timeColumn, name: 'expires_at', default: 0 }) expiresAt!: string;
  @Column({ type: 'varchar', length: 255, nullable: true }) account!: string | null;
  @Column({ name: 'password_hash', type: 'char', length: 48, charset: 'ascii', collation: 'ascii_bin', nullable: true })
  passwordHash!: string | null;
  @Column({ ...timeColumn, name: 'redeemed_at', nullable: true }) redeemedAt!: string | null;
  @Column({ ...timeColumn, name: 'joined_at', nullable: true }) joinedAt!: string | null;
  @Column({ ...timeColumn, name: 'removed_at', nullable: true }) removedAt!: string | null;
}

/** What was last heard of a cell below this one, at any depth. */
@Entity('cell_mirrors')
@Index('cell_mirrors_by_time', ['receivedAt'])
export class CellMirrorEntity {
  @PrimaryColumn({ type: 'varchar', length: 255, charset: 'ascii', collation: 'ascii_bin' }) path!: string;
  @Column({ ...timeColumn }) epoch!: string;
  @Column({ ...timeColumn }) generation!: string;
  @Column({ ...timeColumn, name: 'received_at' }) receivedAt!: string;
  /** A tombstone: the cell was removed. */
  @Column({ type: 'boolean', default: false }) gone!: boolean;
  /** JSON of CellStatus. */
  @Column({ type: 'mediumtext' }) status!: string;
}

/** Room promised to an instance in a child, until a report of the child counts it. */
@Entity('reservations')
@Index('reservations_by_child', ['child', 'countedFrom'])
@Index('reservations_by_expiry', ['expiresAt'])
export class ReservationEntity {
  @PrimaryColumn({ ...uuidColumn, name: 'instance_uuid' }) instanceUuid!: string;
  @Column({ ...name63 }) child!: string;
  @Column({ ...count }) epoch!: number;
  @Column({ ...count }) vcpus!: number;
  @Column({ ...amount, name: 'memory_mb' }) memoryMb!: string;
  @Column({ ...amount, name: 'disk_gb' }) diskGb!: string;
  @Column({ type: 'varchar', length: 255, nullable: true }) zone!: string | null;
  /** As `neededTraits` has it; empty: none. */
  @Column({ type: 'varchar', length: 1000, collation: 'utf8mb4_bin', default: '' }) traits!: string;
  @Column({ ...timeColumn, name: 'counted_from', nullable: true }) countedFrom!: string | null;
  @Column({ ...timeColumn, name: 'expires_at' }) expiresAt!: string;
}

/** Frames to be sent, written by the transaction that causes them and deleted when the broker has confirmed them. */
@Entity('outbox')
@Index('outbox_waiting', ['leaseUntil'])
export class OutboxEntity {
  @PrimaryGeneratedColumn({ type: 'bigint', unsigned: true }) sequence!: string;
  @Column({ ...uuidColumn, unique: true }) id!: string;
  /** `parent`, `child/<name>` or `host/<name>`. */
  @Column({ type: 'varchar', length: 80 }) destination!: string;
  /** JSON of Frame. */
  @Column({ type: 'mediumtext' }) body!: string;
  /** Until then the writer sees it through; afterwards anybody may. */
  @Column({ ...timeColumn, name: 'lease_until' }) leaseUntil!: string;
  @Column({ ...timeColumn, name: 'written_at', default: 0 }) writtenAt!: string;
  @Column({ ...count }) attempts!: number;
}

/** Frames that were handled: delivered again, they change nothing. */
@Entity('inbox')
@Index('inbox_by_time', ['receivedAt'])
export class InboxEntity {
  @PrimaryColumn({ type: 'varchar', length: 100, charset: 'ascii', collation: 'ascii_bin' }) id!: string;
  @Column({ ...timeColumn, name: 'received_at' }) receivedAt!: string;
}

/** Messages that could not be handled, for an operator to look at. */
@Entity('parked_messages')
export class ParkedMessageEntity {
  @PrimaryColumn({ type: 'varchar', length: 100, charset: 'ascii', collation: 'ascii_bin' }) id!: string;
  @Column({ type: 'varchar', length: 100 }) method!: string;
  @Column({ ...timeColumn, name: 'parked_at' }) parkedAt!: string;
  @Column({ type: 'text' }) reason!: string;
  /** JSON of Envelope. */
  @Column({ type: 'mediumtext' }) envelope!: string;
}

/**
 * How this cell chose a host or a child for an instance. The key grows with time, so that rows are added at the end, and those that are
 * old enough are removed from the front. What rows are found by is indexed by four bytes of its hash: whole uuids come in no order, and
 * would make every decision rewrite pages all over a large index.
 */
@Entity('placement_decisions')
@Index('decisions_of_instance', ['instanceKey'])
@Index('decisions_of_request', ['requestKey'])
export class PlacementDecisionEntity {
  @PrimaryColumn({ ...timeColumn }) at!: string;
  /** Orders what one transaction decided, and tells it apart from what another did in the same millisecond. */
  @PrimaryColumn({ type: 'int', unsigned: true }) sequence!: number;
  @Column({ type: 'int', unsigned: true, name: 'instance_key' }) instanceKey!: number;
  @Column({ type: 'int', unsigned: true, name: 'request_key' }) requestKey!: number;
  @Column({ ...uuidColumn, name: 'instance_uuid' }) instanceUuid!: string;
  @Column(requestIdColumn) requestId!: string;
  /** As `decisionToText` writes it. */
  @Column({ type: 'mediumtext' }) decision!: string;
}

/** Periodic work that one process of the cell does at a time. */
@Entity('leases')
export class LeaseEntity {
  @PrimaryColumn(name63) name!: string;
  @Column({ type: 'varchar', length: 100 }) owner!: string;
  @Column({ ...timeColumn, name: 'held_until' }) heldUntil!: string;
  /** How long it is taken for each time: `held_until` less this is when its holder was last alive. */
  @Column({ ...count }) seconds!: number;
}

/** How far this cell has come with what the top owns and pushes down: one row, locked by whoever changes them. */
@Entity('cell_globals')
export class CellGlobalsEntity {
  @PrimaryColumn({ type: 'tinyint', unsigned: true }) id!: number;
  @Column({ type: 'bigint', unsigned: true, default: 0 }) version!: string;
}

/** One thing that the top owns and every cell needs: a flavor, an aggregate. */
@Entity('global_items')
@Index('global_items_by_version', ['version'])
export class GlobalItemEntity {
  @PrimaryColumn({ type: 'varchar', length: 16 }) kind!: string;
  @PrimaryColumn({ type: 'varchar', length: 255, collation: 'utf8mb4_bin' }) id!: string;
  @Column({ type: 'bigint', unsigned: true }) version!: string;
  /** JSON; null when the thing is gone: a tombstone, which has to be told too. */
  @Column({ type: 'mediumtext', nullable: true }) body!: string | null;
}

/** A server group of which members came here: locked by whoever places one, so that they are placed one after the other. */
@Entity('placement_groups')
export class PlacementGroupEntity {
  @PrimaryColumn(uuidColumn) uuid!: string;
  /** At the top: a user has deleted it, and nothing joins it any more. */
  @Column({ type: 'boolean', default: false }) deleted!: boolean;
}

/** The tables that every cell has, besides its instances. */
export const treeEntities = [
  RequestSpecEntity,
  WorkflowEntity,
  HostEntity,
  HostInventoryEntity,
  ChildCellEntity,
  CellJoinEntity,
  CellMirrorEntity,
  ReservationEntity,
  OutboxEntity,
  InboxEntity,
  ParkedMessageEntity,
  PlacementDecisionEntity,
  LeaseEntity,
  CellGlobalsEntity,
  GlobalItemEntity,
  PlacementGroupEntity,
] as const;

export const childCellEntities = [CellInstance, ...treeEntities] as const;
