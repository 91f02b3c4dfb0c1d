import { fieldsOf, view } from '#microversion';
import { isoMicroseconds } from '../api/index.js';
import type { KeyPairRecord } from './keypairs.service.js';

const { always, since } = fieldsOf<KeyPairRecord>();

const summary = {
  name: always(k => k.name),
  public_key: always(k => k.publicKey),
  fingerprint: always(k => k.fingerprint),
  type: since('2.2', k => k.type),
} as const;

/** One key pair of `GET /os-keypairs`. */
export const keyPairSummary = view<KeyPairRecord>(summary);

/** The answer to a create: the only time that a generated private key is shown. */
export const keyPairCreated = view<KeyPairRecord>({ ...summary, user_id: always(k => k.userId), private_key: always(k => k.privateKey) });

export const keyPairDetail = view<KeyPairRecord>({
  ...summary,
  user_id: always(k => k.userId),
  id: always(k => k.id),
  created_at: always(k => isoMicroseconds(k.createdAt)),
  deleted: always(() => false),
  deleted_at: always(() => null),
  updated_at: always(() => null),
});
