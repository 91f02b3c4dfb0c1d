import type { DataSource } from 'typeorm';
import { type Clock, CloudError } from '#domain';
import { isSqlError, type Page, type Row, type Sql } from '../api/index.js';
import { type GeneratedKey, generateSshKey, sshFingerprint, x509Fingerprint } from './ssh-keys.js';
import { generateX509Key } from './x509-keys.js';

export interface KeyPairRecord {
  readonly id: number;
  readonly userId: string;
  readonly name: string;
  readonly type: 'ssh' | 'x509';
  readonly fingerprint: string;
  readonly publicKey: string;
  /** ms since 1970 */
  readonly createdAt: number;
  /** Only in the answer to the request that generated it. */
  readonly privateKey?: string;
}

export interface NewKeyPair {
  readonly userId: string;
  readonly name: string;
  readonly type: 'ssh' | 'x509';
  /** Generated when it is undefined. */
  readonly publicKey: string | undefined;
}

const COLUMNS = 'id, user_id, name, type, fingerprint, public_key, created_at';

/** Key pairs belong to users, not to projects. Errors are CloudErrors in Nova's words. */
export class KeyPairsService {
  constructor(private readonly deps: { readonly dataSource: DataSource; readonly sql: Sql; readonly clock: Clock }) {}

  async find(userId: string, name: string): Promise<KeyPairRecord | undefined> {
    const [row] = await this.deps.sql.rows(`SELECT ${COLUMNS} FROM key_pairs WHERE user_id = ? AND name = ?`, [userId, name]);
    return row && recordOf(row);
  }

  /** @throws CloudError `notFound` */
  async show(userId: string, name: string): Promise<KeyPairRecord> {
    const found = await this.find(userId, name);
    if (!found) throw new CloudError('notFound', `Keypair ${name} not found for user ${userId}`);
    return found;
  }

  /** By name. @throws CloudError `invalid` for a marker that is no key pair. */
  async list(userId: string, { limit, marker }: Page): Promise<KeyPairRecord[]> {
    if (marker !== undefined && !(await this.find(userId, marker))) throw new CloudError('invalid', `marker [${marker}] not found`);
    const rows = await this.deps.sql.rows(`SELECT ${COLUMNS} FROM key_pairs WHERE user_id = ? AND name > ? ORDER BY name LIMIT ?`, [
      userId,
      marker ?? '',
      limit,
    ]);
    return rows.map(recordOf);
  }

  /** @throws CloudError `overLimit` over the user's quota, `conflict` for a name that is taken, `invalid` for a key that is none. */
  async create(pair: NewKeyPair, limit: number): Promise<KeyPairRecord> {
    const made = pair.publicKey === undefined ? await this.generate(pair) : { publicKey: pair.publicKey };
    const fingerprint = pair.type === 'ssh' ? sshFingerprint(made.publicKey) : x509Fingerprint(made.publicKey);
    await this.insert({ ...pair, publicKey: made.publicKey }, fingerprint, limit);
    return { ...(await this.show(pair.userId, pair.name)), ...('privateKey' in made && { privateKey: made.privateKey }) };
  }

  private generate({ type, userId }: NewKeyPair): Promise<GeneratedKey> {
    return type === 'ssh' ? generateSshKey() : generateX509Key(userId, this.deps.clock.now());
  }

  /** @throws CloudError `notFound` */
  async delete(userId: string, name: string): Promise<void> {
    const { affectedRows }: { affectedRows: number } = await this.deps.dataSource.query(
      'DELETE FROM key_pairs WHERE user_id = ? AND name = ?',
      [userId, name],
    );
    if (affectedRows === 0) throw new CloudError('notFound', `Keypair ${name} not found for user ${userId}`);
  }

  private async insert(pair: NewKeyPair, fingerprint: string, limit: number): Promise<void> {
    const { userId, name, type, publicKey } = pair;
    try {
      await this.deps.dataSource.transaction(async manager => {
        // The row of the owner is what requests of one user queue up at: each counts after the one before it has committed.
        await manager.query('INSERT INTO key_pair_owners (user_id) VALUES (?) ON DUPLICATE KEY UPDATE user_id = user_id', [userId]);
        const [{ used }]: [{ used: string }] = await manager.query('SELECT COUNT(*) AS used FROM key_pairs WHERE user_id = ?', [userId]);
        if (limit >= 0 && Number(used) >= limit) throw new CloudError('overLimit', 'Quota exceeded, too many key pairs.');
        await manager.query('INSERT INTO key_pairs (user_id, name, type, fingerprint, public_key, created_at) VALUES (?, ?, ?, ?, ?, ?)', [
          userId,
          name,
          type,
          fingerprint,
          publicKey,
          this.deps.clock.now(),
        ]);
      });
    } catch (error) {
      if (isSqlError(error, 'ER_DUP_ENTRY')) throw new CloudError('conflict', `Key pair '${name}' already exists.`, { cause: error });
      throw error;
    }
  }
}

const recordOf = ([id, userId, name, type, fingerprint, publicKey, createdAt]: Row): KeyPairRecord => ({
  id: Number(id),
  userId: String(userId),
  name: String(name),
  type: type === 'x509' ? 'x509' : 'ssh',
  fingerprint: String(fingerprint),
  publicKey: String(publicKey),
  createdAt: Number(createdAt),
});
