import { execFileSync } from 'node:child_process';
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { expect, it } from 'vitest';
import { x509Fingerprint } from './ssh-keys.js';
import { generateX509Key } from './x509-keys.js';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);

it('a generated certificate is its own, for ten years, for a client of the user’s name', async () => {
  const { publicKey } = await generateX509Key('alice', NOW);
  const certificate = new X509Certificate(publicKey);
  expect(certificate).toMatchObject({
    subject: 'CN=alice',
    issuer: 'CN=alice',
    validFrom: 'Nov 23 12:00:00 2026 GMT',
    validTo: 'Nov 20 12:00:00 2036 GMT',
    keyUsage: ['1.3.6.1.5.5.7.3.2'],
  });
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.raw.includes(Buffer.from('alice@localhost'))).toBe(true);
  expect(x509Fingerprint(publicKey)).toBe(createHash('sha1').update(certificate.raw).digest('hex').match(/../g)?.join(':'));
});

it('its private key comes with it, and opens without a password', async () => {
  const { publicKey, privateKey } = await generateX509Key('9f8b', NOW);
  const pfx = Buffer.from(privateKey, 'base64');
  expect(() => createSecureContext({ pfx, passphrase: '' })).not.toThrow();
  expect(() => createSecureContext({ pfx, passphrase: 'wrong' })).toThrow('mac verify failure');
  const pem = execFileSync('openssl', ['pkcs12', '-nodes', '-nocerts', '-passin', 'pass:'], {
    input: pfx,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  expect(new X509Certificate(publicKey).checkPrivateKey(createPrivateKey(pem))).toBe(true);
});

it.each(['', 'user/CN=root', 'ö'.repeat(200)])('whatever the user is called: %j', async userId => {
  const { publicKey } = await generateX509Key(userId, NOW);
  expect(new X509Certificate(publicKey).toLegacyObject().subject.CN ?? '').toBe(userId);
});
