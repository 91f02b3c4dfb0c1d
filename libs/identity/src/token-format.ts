import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What a token carries. Names and roles are not in it: they are looked up, so that they are never stale. */
export interface TokenClaims {
  readonly userId: string;
  readonly scope: TokenScope;
  readonly methods: readonly string[];
  readonly auditId: string;
  /** Of the token that this one was obtained with. */
  readonly parentAuditId: string | null;
  /** The user's token generation when it was issued. */
  readonly userGeneration: number;
  /** The fence of the user's grant in the scope when it was issued. */
  readonly grantGeneration: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Of the application credential that it hangs on. */
  readonly applicationCredentialId?: string;
}

export type TokenScope =
  | { readonly kind: 'project' | 'domain'; readonly id: string }
  | { readonly kind: 'system' }
  | { readonly kind: 'none' };

/** As role assignments name it; empty for no scope. */
export const scopeIdOf = (scope: TokenScope): string => ('id' in scope ? scope.id : scope.kind === 'system' ? SYSTEM : '');

/** The id of the one system as a target of assignments. */
export const SYSTEM = 'system';

/** Tokens are `c1.<claims>.<HMAC-SHA256 of all before>`, base64url: signed, not secret, about 250 characters. */
export const signToken = (claims: TokenClaims, key: Buffer): string => {
  const { scope } = claims;
  const fields = [
    claims.userId,
    KIND_LETTER[scope.kind],
    'id' in scope ? scope.id : '',
    claims.methods,
    claims.auditId,
    claims.parentAuditId,
    claims.userGeneration,
    claims.grantGeneration,
    claims.issuedAt,
    claims.expiresAt,
    ...(claims.applicationCredentialId === undefined ? [] : [claims.applicationCredentialId]),
  ];
  const signed = PREFIX + Buffer.from(JSON.stringify(fields)).toString('base64url');
  return `${signed}.${signatureOf(signed, key).toString('base64url')}`;
};

/** The claims of a token that was signed with this key; undefined for any other text. Says nothing about expiry or revocation. */
export const readToken = (token: string, key: Buffer): TokenClaims | undefined => {
  if (token.length > MAX_LENGTH || !token.startsWith(PREFIX)) return undefined;
  const dot = token.lastIndexOf('.');
  const signature = Buffer.from(token.slice(dot + 1), 'base64url');
  const expected = signatureOf(token.slice(0, dot), key);
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) return undefined;
  return claimsOf(token.slice(PREFIX.length, dot));
};

const PREFIX = 'c1.';
const MAX_LENGTH = 1024;
const KIND_LETTER = { project: 'p', domain: 'd', system: 's', none: 'n' } as const;

const Fields = z.tuple([
  z.string(),
  z.enum(['p', 'd', 's', 'n']),
  z.string(),
  z.array(z.string()),
  z.string(),
  z.string().nullable(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.string().optional(),
]);

const claimsOf = (text: string): TokenClaims => {
  const [userId, kind, scopeId, methods, auditId, parentAuditId, userGeneration, grantGeneration, issuedAt, expiresAt, credential] =
    Fields.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  const scope = SCOPES[kind](scopeId);
  const claims = { userId, scope, methods, auditId, parentAuditId, userGeneration, grantGeneration, issuedAt, expiresAt };
  return credential === undefined ? claims : { ...claims, applicationCredentialId: credential };
};

const SCOPES: Readonly<Record<'p' | 'd' | 's' | 'n', (id: string) => TokenScope>> = {
  p: id => ({ kind: 'project', id }),
  d: id => ({ kind: 'domain', id }),
  s: () => ({ kind: 'system' }),
  n: () => ({ kind: 'none' }),
};

const signatureOf = (text: string, key: Buffer): Buffer => createHmac('sha256', key).update(text).digest();
