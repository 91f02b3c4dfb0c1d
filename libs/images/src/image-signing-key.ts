import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { CloudError } from '#domain';
import { ImageSigningKeyRow } from './image-entities.js';

/** The key that signs links to images: made by whichever process comes first, the same for all of them. */
export const linkSigningKey = async (database: DataSource): Promise<Buffer> => {
  await database.query('INSERT INTO image_signing_keys (id, secret) VALUES (?, ?) ON DUPLICATE KEY UPDATE id = id', [
    'downloads',
    randomBytes(32).toString('base64'),
  ]);
  const row = await database.getRepository(ImageSigningKeyRow).findOneBy({ id: 'downloads' });
  if (!row) throw new CloudError('internal', 'the key that signs downloads vanished from image_signing_keys');
  return Buffer.from(row.secret, 'base64');
};
