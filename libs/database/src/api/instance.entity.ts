import { Column, Entity, Index } from 'typeorm';
import { hostColumn, timeColumn } from '../columns.js';
import { InstanceColumns } from '../instance-columns.js';

/**
 * A server as the top knows it: the user's intent, which is owned here, beside the mirror of its run-time state. Every list and
 * show is served from this one table.
 */
@Entity('instances')
@Index('instances_by_project', ['projectId', 'deletedAt', 'createdAt', 'uuid'])
@Index('instances_by_creation', ['deletedAt', 'createdAt', 'uuid'])
@Index('instances_by_host', ['host'])
@Index('instances_by_group', ['groupUuid'])
@Index('instances_by_next_hop', ['nextHop', 'deletedAt', 'uuid'])
export class ApiInstance extends InstanceColumns {
  @Column({ name: 'project_id', type: 'varchar', length: 64, default: '' }) projectId!: string;
  @Column({ name: 'user_id', type: 'varchar', length: 64, default: '' }) userId!: string;
  @Column({ name: 'display_name', type: 'varchar', length: 255, default: '' }) displayName!: string;
  @Column({ name: 'display_description', type: 'varchar', length: 255, nullable: true }) displayDescription!: string | null;
  @Column({ type: 'varchar', length: 255, default: '' }) hostname!: string;
  @Column({ name: 'flavor_id', type: 'varchar', length: 255, default: '' }) flavorId!: string;
  /** JSON of FlavorSnapshot. */
  @Column({ type: 'text', nullable: true }) flavor!: string | null;
  @Column({ name: 'image_ref', type: 'varchar', length: 64, default: '' }) imageRef!: string;
  @Column({ ...hostColumn, name: 'key_name' }) keyName!: string | null;
  @Column({ ...hostColumn, name: 'availability_zone' }) availabilityZone!: string | null;
  /** JSON object of strings. */
  @Column({ type: 'text', nullable: true }) metadata!: string | null;
  /** JSON array of strings. */
  @Column({ type: 'text', nullable: true }) tags!: string | null;
  /** JSON array of `{id, name}`; null: it asked for none, and is in its project's default group. */
  @Column({ name: 'security_groups', type: 'text', nullable: true }) securityGroups!: string | null;
  @Column({ name: 'user_data', type: 'mediumtext', nullable: true }) userData!: string | null;
  @Column({ name: 'config_drive', type: 'boolean', default: false }) configDrive!: boolean;
  @Column({ name: 'access_ip_v4', type: 'varchar', length: 39, nullable: true }) accessIpV4!: string | null;
  @Column({ name: 'access_ip_v6', type: 'varchar', length: 39, nullable: true }) accessIpV6!: string | null;
  @Column({ name: 'disk_config', type: 'varchar', length: 6, default: 'MANUAL' }) diskConfig!: string;
  @Column({ name: 'reservation_id', type: 'varchar', length: 32, default: '' }) reservationId!: string;
  @Column({ name: 'launch_index', type: 'int', unsigned: true, default: 0 }) launchIndex!: number;
  @Column({ name: 'root_device_name', type: 'varchar', length: 32, nullable: true }) rootDeviceName!: string | null;
  /** Of the image that it is kept in while it is shelved. Stays when it is brought back, and the image goes. */
  @Column({ name: 'shelved_image_id', type: 'varchar', length: 64, nullable: true }) shelvedImageId!: string | null;
  @Column({ ...timeColumn, name: 'created_at', default: 0 }) createdAt!: string;
  /**
   * Set by the database at every change of the row, whoever makes it. What the API rendered of a server is good while this has not
   * moved, so no writer needs to know of the API's cache.
   */
  @Column({ type: 'datetime', precision: 6, default: () => 'CURRENT_TIMESTAMP(6)', onUpdate: 'CURRENT_TIMESTAMP(6)' }) touched!: Date;
}
