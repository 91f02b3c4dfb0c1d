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
  @Column({ type: 'boolean' }) up!: boolean;
  @Column({ ...timeColumn, name: 'last_seen_at' }) lastSeenAt!: string;
  /** JSON of HostMirror of the cell protocol: inventory, use, reason of a disabled service. */
  @Column({ type: 'text' }) mirror!: string;
}
