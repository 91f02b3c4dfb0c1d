import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { timeColumn } from '../columns.js';

/** A host of any cell, as its cell reports it: what `hypervisor list` and `compute service list` are served from. */
@Entity('host_mirrors')
@Unique('host_of_cell', ['cellPath', 'host'])
export class HostMirrorRow {
  /** Nova's numeric id of the service and of the hypervisor before 2.53. */
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true }) id!: number;
  /** Of the service and of the hypervisor from 2.53; derived from path and host, the same after a reset of this table. */
  @Column({ type: 'char', length: 36, charset: 'ascii', collation: 'ascii_bin' }) uuid!: string;
  @Column({ name: 'cell_path', type: 'varchar', length: 255, charset: 'ascii', collation: 'ascii_bin' }) cellPath!: string;
  @Column({ type: 'varchar', length: 63 }) host!: string;
  @Column({ type: 'bigint', unsigned: true }) epoch!: string;
  @Column({ type: 'bigint', unsigned: true }) generation!: string;
  @Column({ type: 'varchar', length: 255 }) zone!: string;
  @Column({ type: 'boolean' }) enabled!: boolean;
  @Column({ name: 'disabled_reason', type: 'varchar', length: 255, nullable: true }) disabledReason!: string | null;
  @Column({ name: 'forced_down', type: 'boolean', default: false }) forcedDown!: boolean;
  /** Of the last order for the host that was given here, and of the last that its cell says it has carried out. */
  @Column({ ...timeColumn, name: 'wanted_version', default: 0 }) wantedVersion!: string;
  @Column({ ...timeColumn, name: 'heard_version', default: 0 }) heardVersion!: string;
  /** When its cell last told of it, by the clock here. */
  @Column({ ...timeColumn, name: 'told_at', default: 0 }) toldAt!: string;
  /** Its cell has forgotten it: kept, so that no older message brings it back. */
  @Column({ type: 'boolean', default: false }) gone!: boolean;
  @Column({ type: 'boolean' }) up!: boolean;
  @Column({ ...timeColumn, name: 'last_seen_at' }) lastSeenAt!: string;
  /** JSON of HostMirror of the cell protocol: inventory, use. */
  @Column({ type: 'text' }) mirror!: string;
}
