import { expect, it } from 'vitest';
import { readToken, signToken, type TokenClaims } from './token-format.js';

const key = Buffer.alloc(32, 1);
const claims: TokenClaims = {
  userId: 'ad59e70c71c140d6969a4ff3d9f6cdea',
  scope: { kind: 'project', id: '9b9e707ef901473fb53d153d444cd2b8' },
  methods: ['password'],
  auditId: 'nyM_WexsOPtHcPYZTlMv9w',
  parentAuditId: null,
  userGeneration: 3,
  grantGeneration: 1,
  issuedAt: 1_795_404_097_556,
  expiresAt: 1_795_447_297_556,
};

it('a token says what was signed, for every scope', () => {
  for (const scope of [claims.scope, { kind: 'domain', id: 'default' } as const, { kind: 'none' } as const]) {
    expect(readToken(signToken({ ...claims, scope }, key), key)).toEqual({ ...claims, scope });
  }
});

it('a token fits into 255 characters, which clients keep in columns', () => {
  expect(signToken(claims, key).length).toBeLessThanOrEqual(255);
});

it('a token of another key, and one with any character changed, is none', () => {
  const token = signToken(claims, key);
  expect(readToken(token, Buffer.alloc(32, 2))).toBeUndefined();
  for (let at = 0; at < token.length - 1; at++) {
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    expect(readToken(changed, key), `character ${at}`).toBeUndefined();
  }
});

it('other text is no token', () => {
  for (const text of ['', 'c1.', 'c1..', 'c1.x.y', 'gAAAAABh', `c1.${'x'.repeat(5000)}`, 'c1.\u0000.\u0000'])
    expect(readToken(text, key)).toBeUndefined();
});
