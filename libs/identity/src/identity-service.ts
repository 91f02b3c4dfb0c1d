import type { AccessRule } from './credential-entities.js';

/** A thing of Identity by id and name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface NamedInDomain extends Named {
  readonly domain: Named;
}

/** What a valid token says: who, in which scope, with which roles. */
export interface TokenIdentity {
  readonly user: NamedInDomain;
  /** Null when the token is scoped to a domain or to nothing. */
  readonly project: NamedInDomain | null;
  readonly domain: Named | null;
  /** True when it is scoped to the whole system, which is neither a project nor a domain. */
  readonly system?: boolean;
  /** What it was obtained with, where that was an application credential. */
  readonly applicationCredential?: {
    readonly id: string;
    readonly unrestricted: boolean;
    /** Null: every call is allowed. */
    readonly accessRules: readonly AccessRule[] | null;
  };
  /** Roles in the scope, with those that they imply; empty without a scope. */
  readonly roles: readonly Named[];
  readonly roleNames: ReadonlySet<string>;
  readonly methods: readonly string[];
  /** The token's own audit id, then the one of the token that it was obtained with. */
  readonly auditIds: readonly string[];
  /** ms since 1970 */
  readonly issuedAt: number;
  /** ms since 1970 */
  readonly expiresAt: number;
}

/** All that Canopy's APIs need of Identity: embedded, or an operator's own Keystone. */
export interface IdentityService {
  /**
   * Whose token this is. Asked for every request: a token that was asked for a moment ago is answered from memory.
   * @throws CloudError `unauthenticated` when it is no token of ours, or no longer valid; `unavailable` when nobody can tell.
   */
  authenticateToken(token: string): Promise<TokenIdentity>;
}
