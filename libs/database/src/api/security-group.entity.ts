import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';
import { timeColumn, uuidColumn } from '../columns.js';

const bin = { collation: 'utf8mb4_bin' } as const;

/** A security group of a project. The servers that are in it say so themselves. */
@Entity('security_groups')
@Unique('security_group_of_project', ['projectId', 'name'])
export class SecurityGroupRow {
  @PrimaryColumn(uuidColumn) id!: string;
  @Column({ name: 'project_id', type: 'varchar', length: 64, ...bin }) projectId!: string;
  @Column({ name: 'user_id', type: 'varchar', length: 64, ...bin }) userId!: string;
  @Column({ type: 'varchar', length: 255, ...bin }) name!: string;
  @Column({ type: 'varchar', length: 255 }) description!: string;
  @Column({ ...timeColumn, name: 'created_at' }) createdAt!: string;
}

/** What a group lets in: from addresses (`cidr`), or from members of a group (`peer_id`). */
@Entity('security_group_rules')
@Index('security_group_rules_of_group', ['groupId'])
@Index('security_group_rules_of_peer', ['peerId'])
export class SecurityGroupRuleRow {
  @PrimaryColumn(uuidColumn) id!: string;
  @Column({ ...uuidColumn, name: 'group_id' }) groupId!: string;
  /** `tcp`, `udp` or `icmp`; null: any. */
  @Column({ type: 'varchar', length: 8, nullable: true }) protocol!: string | null;
  /** The first and the last port, or the type and the code of ICMP; null: all. */
  @Column({ name: 'from_port', type: 'int', nullable: true }) fromPort!: number | null;
  @Column({ name: 'to_port', type: 'int', nullable: true }) toPort!: number | null;
  @Column({ type: 'varchar', length: 64, nullable: true }) cidr!: string | null;
  @Column({ ...uuidColumn, name: 'peer_id', nullable: true }) peerId!: string | null;
  @Column({ ...timeColumn, name: 'created_at' }) createdAt!: string;
}

/**
 * `project/ID` or `pool/NAME`: locked by whoever takes from a quota, a name or a pool that others may want at the same time, so that two
 * requests cannot both have the last of it.
 */
@Entity('networking_locks')
export class NetworkingLock {
  @PrimaryColumn({ type: 'varchar', length: 128, ...bin }) name!: string;
}
