import { createHash, generateKeyPair, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { CloudError, messageOf } from '#domain';

const KEY_TYPES: ReadonlySet<string> = new Set([
  'ssh-rsa',
  'ssh-dss',
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
]);

/** `ab:cd:…`: MD5 over the key itself. @throws CloudError `invalid` in Nova's words when it is no public key in OpenSSH's format. */
export const sshFingerprint = (publicKey: string): string => {
  const [type, encoded] = publicKey.trim().split(/\s+/, 2);
  const key = Buffer.from(encoded ?? '', 'base64');
  const sane =
    type !== undefined && KEY_TYPES.has(type) && encoded !== undefined && /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) && innerType(key) === type;
  if (!sane || publicKey.trim().includes('\n')) throw new CloudError('invalid', 'Keypair data is invalid: failed to generate fingerprint');
  return colons(createHash('md5').update(key).digest('hex'));
};

/** `ab:cd:…`: SHA-1 of a certificate in PEM. @throws CloudError `invalid` when it is none. */
export const x509Fingerprint = (certificate: string): string => {
  try {
    return new X509Certificate(certificate).fingerprint.toLowerCase();
  } catch (error) {
    throw new CloudError('invalid', `Keypair data is invalid: failed to generate X509 fingerprint. Error message: ${messageOf(error)}`, {
      cause: error,
    });
  }
};

export interface GeneratedKey {
  /** `ssh-rsa AAAA… Generated-by-Canopy`, or a certificate in PEM. */
  readonly publicKey: string;
  /** PEM, as ssh -i takes it, or PKCS #12 in base64; shown once and kept nowhere. */
  readonly privateKey: string;
}

const generate = promisify(generateKeyPair);

/** RSA of 2048 bits, because the small guests of tests (dropbear) know nothing newer. Runs outside the event loop. */
export const generateSshKey = async (): Promise<GeneratedKey> => {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 });
  const { n, e } = publicKey.export({ format: 'jwk' });
  const blob = Buffer.concat([sshString(Buffer.from('ssh-rsa')), sshInteger(e ?? ''), sshInteger(n ?? '')]);
  return {
    publicKey: `ssh-rsa ${blob.toString('base64')} Generated-by-Canopy`,
    privateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
  };
};

/** A key begins with its own type, after four bytes of length. */
const innerType = (key: Buffer): string | undefined => {
  if (key.length < 8) return undefined;
  const length = key.readUInt32BE(0);
  return length + 4 < key.length ? key.toString('latin1', 4, 4 + length) : undefined;
};

const sshString = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** Numbers are signed: one that begins with a set bit gets a zero in front. */
const sshInteger = (base64url: string): Buffer => {
  const bytes = Buffer.from(base64url, 'base64url');
  return sshString((bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
};

const colons = (hex: string): string => hex.match(/../g)?.join(':') ?? '';
