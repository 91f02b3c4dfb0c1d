import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { timeColumn } from '../columns.js';

/** A token that opens one server's console for a while. The token itself is nowhere: whoever reads this table cannot use it. */
@Entity('console_auth_tokens')
@Index('console_auth_tokens_by_expiry', ['expiresAt'])
export class ConsoleAuthToken {
  /** SHA-256 in hex; the token is all chance, so nobody can find it from its hash. */
  @PrimaryColumn({ name: 'token_hash', type: 'char', length: 64, charset: 'ascii', collation: 'ascii_bin' }) tokenHash!: string;
  @Column({ name: 'instance_uuid', type: 'char', length: 36, charset: 'ascii', collation: 'ascii_bin' }) instanceUuid!: string;
  /** `novnc`, `serial` */
  @Column({ name: 'console_type', type: 'varchar', length: 16 }) consoleType!: string;
  @Column({ ...timeColumn, name: 'expires_at' }) expiresAt!: string;
}
