import { describe, expect, it } from 'vitest';
import { cellPath } from '#domain';
import { joinSecretHash, readJoinToken, writeJoinToken } from './join-token.js';

const secret = 's'.repeat(43);
const token = { url: 'http://127.0.0.1:8774/v2.1', cell: cellPath('api!west!b'), secret };

describe('a join token', () => {
  it('comes back as it was written, in one word', () => {
    const text = writeJoinToken(token);
    expect(text).toMatch(/^canopy1\.[A-Za-z0-9_-]+$/);
    expect(readJoinToken(text)).toEqual(token);
  });

  it('that is broken is refused without being repeated', () => {
    const text = writeJoinToken(token);
    const broken = [
      text.slice(0, -9),
      text.slice(1),
      `${text.slice(0, 30)}A${text.slice(31)}`,
      '',
      'canopy1.',
      `canopy1.${Buffer.from('{}').toString('base64url')}`,
    ];
    for (const wrong of broken) {
      expect(() => readJoinToken(wrong)).toThrow(/no join token/);
      expect(() => readJoinToken(wrong)).not.toThrow(secret);
    }
  });

  it('is known by the hash of its secret', () => {
    expect(joinSecretHash(secret)).toMatch(/^[0-9a-f]{64}$/);
    expect(joinSecretHash(secret)).not.toBe(joinSecretHash('t'.repeat(43)));
  });
});
