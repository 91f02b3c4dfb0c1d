import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { timeColumn } from '../columns.js';

@Entity('key_pairs')
@Unique('key_pair_of_user', ['userId', 'name'])
export class KeyPairRow {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true }) id!: number;
  @Column({ name: 'user_id', type: 'varchar', length: 64, collation: 'utf8mb4_bin' }) userId!: string;
  @Column({ type: 'varchar', length: 255, collation: 'utf8mb4_bin' }) name!: string;
  /** `ssh` or `x509`. */
  @Column({ type: 'varchar', length: 4 }) type!: string;
  @Column({ type: 'varchar', length: 64 }) fingerprint!: string;
  @Column({ name: 'public_key', type: 'text' }) publicKey!: string;
  @Column({ ...timeColumn, name: 'created_at' }) createdAt!: string;
}

/** Locked by whoever adds a key pair of the user, so that two requests cannot both take the last place of the quota. */
@Entity('key_pair_owners')
export class KeyPairOwner {
  @PrimaryColumn({ name: 'user_id', type: 'varchar', length: 64, collation: 'utf8mb4_bin' }) userId!: string;
}
