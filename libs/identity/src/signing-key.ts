import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { CloudError } from '#domain';
import { SigningKeyRow } from './entities.js';

/** The key that signs tokens: made by whichever process comes first, the same for all of them. */
export const tokenSigningKey = async (database: DataSource): Promise<Buffer> => {
  await database.query('INSERT INTO identity_signing_keys (id, secret) VALUES (?, ?) ON DUPLICATE KEY UPDATE id = id', [
    'tokens',
    randomBytes(32).toString('base64'),
  ]);
  const row = await database.getRepository(SigningKeyRow).findOneBy({ id: 'tokens' });
  if (!row) throw new CloudError('internal', 'the key that signs tokens vanished from identity_signing_keys');
  return Buffer.from(row.secret, 'base64');
};
