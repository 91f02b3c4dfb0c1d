import { createHash, createHmac, generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { bits, integer, nothing, objectId, octets, sequence, set, tagged, utcTime, utf8 } from './der.js';
import type { GeneratedKey } from './ssh-keys.js';

const TEN_YEARS_MS = 3650 * 86_400_000;

const generate = promisify(generateKeyPair);

/**
 * A certificate by which its owner is known to Windows without a password (WinRM), as Nova makes it: RSA of 2048 bits, signed by itself,
 * for ten years, for clients, with the owner as its principal. The private key is PKCS #12 with the certificate, without a password, in
 * base64.
 * @param now ms since 1970
 */
export const generateX509Key = async (userId: string, now: number): Promise<GeneratedKey> => {
  const { publicKey, privateKey } = await generate('rsa', { modulusLength: 2048 });
  const certificate = certificateOf(userId, publicKey, privateKey, now);
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    publicKey: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    privateKey: pkcs12Of(certificate, privateKey).toString('base64'),
  };
};

const certificateOf = (userId: string, publicKey: KeyObject, privateKey: KeyObject, now: number): Buffer => {
  const algorithm = sequence(objectId('1.2.840.113549.1.1.11'), nothing);
  const name = sequence(set(sequence(objectId('2.5.4.3'), utf8(userId))));
  // Positive, and not zero.
  const serial = Buffer.concat([Buffer.from([0x40]), randomBytes(15)]);
  const body = sequence(
    tagged(0, integer(2)),
    integer(serial),
    algorithm,
    name,
    sequence(utcTime(now), utcTime(now + TEN_YEARS_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(forClients(), principal(`${userId}@localhost`))),
  );
  return sequence(body, algorithm, bits(sign('sha256', body, privateKey)));
};

/** extendedKeyUsage = clientAuth */
const forClients = (): Buffer => sequence(objectId('2.5.29.37'), octets(sequence(objectId('1.3.6.1.5.5.7.3.2'))));

/** subjectAltName = otherName: the name by which Windows knows an account. */
const principal = (name: string): Buffer =>
  sequence(objectId('2.5.29.17'), octets(sequence(tagged(0, objectId('1.3.6.1.4.1.311.20.2.3'), tagged(0, utf8(name))))));

const DATA = objectId('1.2.840.113549.1.7.1');
const ITERATIONS = 2048;

const pkcs12Of = (certificate: Buffer, privateKey: KeyObject): Buffer => {
  const data = (content: Buffer) => sequence(DATA, tagged(0, octets(content)));
  const certificateBag = sequence(objectId('1.2.840.113549.1.9.22.1'), tagged(0, octets(certificate)));
  const keyBag = privateKey.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: '' });
  const content = sequence(
    data(sequence(sequence(objectId('1.2.840.113549.1.12.10.1.3'), tagged(0, certificateBag)))),
    data(sequence(sequence(objectId('1.2.840.113549.1.12.10.1.2'), tagged(0, keyBag)))),
  );
  return sequence(integer(3), data(content), macOf(content));
};

/** What tells a reader that the password was right: RFC 7292, with the empty one. */
const macOf = (content: Buffer): Buffer => {
  const salt = randomBytes(8);
  const mac = createHmac('sha256', macKey(salt)).update(content).digest();
  const sha256 = sequence(objectId('2.16.840.1.101.3.4.2.1'), nothing);
  return sequence(sequence(sha256, octets(mac)), octets(salt), integer(ITERATIONS));
};

/** Appendix B of RFC 7292 for one block: purpose 3, salt and password (two zeros: its end) each repeated to 64 bytes. */
const macKey = (salt: Buffer): Buffer => {
  const block = (bytes: Buffer) => Buffer.alloc(64, bytes);
  let key = Buffer.concat([Buffer.alloc(64, 3), block(salt), Buffer.alloc(64)]);
  for (let round = 0; round < ITERATIONS; round += 1) key = createHash('sha256').update(key).digest();
  return key;
};
