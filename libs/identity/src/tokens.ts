import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { type Clock, CloudError } from '#domain';
import { RevokedTokenRow } from './entities.js';
import type { IdentityService, Named, TokenIdentity } from './identity-service.js';
import type { RoleDirectory } from './role-directory.js';
import { type Standing, standingOf } from './standing.js';
import type { TokenCache } from './token-cache.js';
import { readToken, signToken, type TokenClaims, type TokenScope } from './token-format.js';
import type { TokenInvalidation } from './token-invalidation.js';

export interface TokensOptions {
  readonly database: DataSource;
  readonly key: Buffer;
  readonly clock: Clock;
  readonly roles: RoleDirectory;
  readonly cache: TokenCache;
  readonly invalidation: TokenInvalidation;
  readonly lifetimeMs: number;
}

/** Who was recognised, and how: what a new token is made of. */
export interface Authenticated {
  readonly userId: string;
  readonly methods: readonly string[];
  /** The user's generation when the password or the former token was checked: a password changed since then kills the new token too. */
  readonly userGeneration: number;
  /** A token obtained with a token ends with it. */
  readonly parent?: { readonly auditId: string; readonly expiresAt: number };
  /** The token has the roles of this one at most, and ends with it. */
  readonly applicationCredentialId?: string | undefined;
}

/** Issues, validates and revokes the embedded Identity's tokens. */
export class Tokens implements IdentityService {
  constructor(private readonly options: TokensOptions) {}

  async authenticateToken(token: string): Promise<TokenIdentity> {
    const identity = await this.options.cache.get(token, () => this.validate(token));
    if (identity.expiresAt <= this.options.clock.now()) throw refused();
    return identity;
  }

  /**
   * The claims of a valid token, fresh from the database: for a token that is to be exchanged for another one.
   * @throws CloudError `unauthenticated`
   */
  async claimsOf(token: string): Promise<TokenClaims> {
    const claims = this.read(token);
    await this.identityFrom(claims, await this.standingFor(claims));
    return claims;
  }

  /** @throws CloudError `unauthenticated` when the user has no role in the scope, or one of the two is gone or disabled. */
  async issue(who: Authenticated, scope: TokenScope): Promise<{ token: string; identity: TokenIdentity }> {
    const { clock, database, key, lifetimeMs } = this.options;
    const auditId = randomBytes(16).toString('base64url');
    const { userId, applicationCredentialId } = who;
    const standing = await standingOf(database, { userId, scope, auditId, applicationCredentialId });
    if (!standing || standing.userGeneration !== who.userGeneration) throw refused();
    const issuedAt = clock.now();
    const ends = [issuedAt + lifetimeMs, who.parent?.expiresAt, standing.applicationCredential?.expiresAt ?? undefined];
    const claims: TokenClaims = {
      userId: who.userId,
      scope,
      methods: who.methods,
      auditId,
      parentAuditId: who.parent?.auditId ?? null,
      userGeneration: who.userGeneration,
      grantGeneration: standing.grantGeneration,
      issuedAt,
      expiresAt: Math.min(...ends.filter(end => end !== undefined)),
      ...(applicationCredentialId !== undefined && { applicationCredentialId }),
    };
    return { token: signToken(claims, key), identity: await this.identityFrom(claims, standing) };
  }

  /** Answers when no process accepts it any more. Twice is once. */
  async revoke(token: string): Promise<void> {
    const { clock, database, invalidation } = this.options;
    const { auditId, expiresAt } = this.read(token);
    await database.query(
      'INSERT INTO identity_revoked_tokens (audit_id, expires_at) VALUES (?, ?) ON DUPLICATE KEY UPDATE audit_id = audit_id',
      [auditId, expiresAt],
    );
    await Promise.all([invalidation.settled(), this.forgetExpired(clock.now())]);
  }

  private async validate(token: string): Promise<TokenIdentity> {
    const claims = this.read(token);
    return this.identityFrom(claims, await this.standingFor(claims));
  }

  /** @throws CloudError `unauthenticated` when no role is left in the scope, or the application credential is gone or has expired */
  private async identityFrom(claims: TokenClaims, standing: Standing): Promise<TokenIdentity> {
    const roles = await this.rolesOf(claims, standing);
    if (claims.scope.kind !== 'none' && roles.length === 0) throw refused();
    return identityOf(claims, standing, roles);
  }

  private async rolesOf({ applicationCredentialId }: TokenClaims, standing: Standing): Promise<Named[]> {
    const { clock, roles } = this.options;
    const { roleIds, rolesVersion, applicationCredential: credential } = standing;
    const all = await roles.withImplied(roleIds, rolesVersion);
    if (applicationCredentialId === undefined) return all;
    if (!credential || (credential.expiresAt !== null && credential.expiresAt <= clock.now())) throw refused();
    const had = new Set(all.map(role => role.id));
    return roles.withImplied(
      credential.roleIds.filter(id => had.has(id)),
      rolesVersion,
    );
  }

  private read(token: string): TokenClaims {
    const claims = readToken(token, this.options.key);
    if (!claims || claims.expiresAt <= this.options.clock.now()) throw refused();
    return claims;
  }

  private async standingFor(claims: TokenClaims): Promise<Standing> {
    const standing = await standingOf(this.options.database, claims);
    if (!standing || standing.revoked) throw refused();
    if (standing.userGeneration !== claims.userGeneration || standing.grantGeneration !== claims.grantGeneration) throw refused();
    return standing;
  }

  private async forgetExpired(now: number): Promise<void> {
    await this.options.database.createQueryBuilder().delete().from(RevokedTokenRow).where('expires_at < :now', { now }).execute();
  }
}

const identityOf = (
  claims: TokenClaims,
  { user, project, domain, applicationCredential }: Standing,
  roles: readonly Named[],
): TokenIdentity => ({
  user,
  project,
  domain,
  system: claims.scope.kind === 'system',
  ...(claims.applicationCredentialId !== undefined && applicationCredential && { applicationCredential }),
  roles,
  roleNames: new Set(roles.map(role => role.name)),
  methods: claims.methods,
  auditIds: claims.parentAuditId === null ? [claims.auditId] : [claims.auditId, claims.parentAuditId],
  issuedAt: claims.issuedAt,
  expiresAt: claims.expiresAt,
});

/** One answer for every reason: a stranger learns nothing from it. */
const refused = () => new CloudError('unauthenticated', 'The request you have made requires authentication.');
