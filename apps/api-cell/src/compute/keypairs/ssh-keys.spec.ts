import { createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { generateSshKey, sshFingerprint, x509Fingerprint } from './ssh-keys.js';

const ED25519 = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';

it('a generated pair belongs together, and its public key can be imported', async () => {
  const { publicKey, privateKey } = await generateSshKey();
  expect(sshFingerprint(publicKey)).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
  const modulus = createPublicKey(createPrivateKey(privateKey)).export({ format: 'jwk' }).n ?? '';
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  expect(blob.includes(Buffer.from(modulus, 'base64url'))).toBe(true);
});

it('the fingerprint is the MD5 that ssh-keygen prints, whatever the comment', () => {
  // ssh-keygen -E md5 -lf
  expect(sshFingerprint(ED25519)).toBe('65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd');
  expect(sshFingerprint(`${ED25519} me@home\n`)).toBe('65:96:2d:fc:e8:d5:a9:11:64:0c:0f:ea:00:6e:5b:bd');
});

it.each(['', 'ssh-rsa', 'ssh-rsa AAAA', 'ssh-rsa !!!!', ED25519.replace('ssh-ed25519', 'ssh-rsa'), `${ED25519}\nssh-rsa x`])(
  '%j is no key',
  text => {
    expect(() => sshFingerprint(text)).toThrow('Keypair data is invalid: failed to generate fingerprint');
  },
);

it('a certificate that is none is refused', () => {
  expect(() => x509Fingerprint('-----BEGIN CERTIFICATE-----')).toThrow('Keypair data is invalid');
});
