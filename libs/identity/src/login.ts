import type { DataSource } from 'typeorm';
import { CloudError } from '#domain';
import type { ApplicationCredentials } from './application-credentials.js';
import { DomainRow, ProjectRow, UserRow } from './entities.js';
import type { TokenIdentity } from './identity-service.js';
import type { Passwords } from './passwords.js';
import type { TokenScope } from './token-format.js';
import type { Authenticated, Tokens } from './tokens.js';

/** A reference by id, or by a name that is unique in a domain. */
export type DomainRef = { readonly id: string } | { readonly name: string };
export type InDomainRef = { readonly id: string } | { readonly name: string; readonly domain: DomainRef };

export interface LoginRequest {
  readonly credentials:
    | { readonly password: { readonly user: InDomainRef; readonly password: string } }
    | { readonly token: string }
    | { readonly applicationCredential: ApplicationCredentialProof };
  /** Absent: the user's default project, if any. */
  readonly scope?: { readonly project: InDomainRef } | { readonly domain: DomainRef } | 'system' | 'unscoped';
}

/** By id, or by name and user. */
export type ApplicationCredentialProof = { readonly secret: string } & (
  | { readonly id: string }
  | { readonly name: string; readonly user: InDomainRef }
);

/** Exchanges a password, a token or an application credential for a token. */
export class Login {
  constructor(
    private readonly database: DataSource,
    private readonly passwords: Passwords,
    private readonly tokens: Tokens,
    private readonly applicationCredentials: ApplicationCredentials,
  ) {}

  /** @throws CloudError `unauthenticated`, for whatever reason; `unavailable` when too many passwords wait to be checked. */
  async login({ credentials, scope }: LoginRequest): Promise<{ token: string; identity: TokenIdentity }> {
    if ('applicationCredential' in credentials) return this.byApplicationCredential(credentials.applicationCredential, scope);
    const { who, defaultProjectId, onlyProjectId } =
      'token' in credentials ? await this.byToken(credentials.token) : await this.byPassword(credentials.password);
    if (onlyProjectId !== undefined) {
      const asked = scope === undefined ? undefined : await this.resolveScope(scope);
      if (asked && !('id' in asked && asked.id === onlyProjectId)) throw refused();
      return this.tokens.issue(who, { kind: 'project', id: onlyProjectId });
    }
    if (scope !== undefined) return this.tokens.issue(who, await this.resolveScope(scope));
    return defaultProjectId === null ? this.tokens.issue(who, { kind: 'none' }) : this.issueForDefault(who, defaultProjectId);
  }

  private async byPassword({ user, password }: { user: InDomainRef; password: string }): Promise<Recognised> {
    const row = await this.findUser(user);
    const matches = await this.passwords.matches(password, row?.passwordHash ?? null);
    if (!row || !matches) throw refused();
    const who: Authenticated = { userId: row.id, methods: ['password'], userGeneration: row.tokenGeneration };
    return { who, defaultProjectId: row.defaultProjectId };
  }

  private async byToken(token: string): Promise<Recognised> {
    const { userId, userGeneration, methods, auditId, expiresAt, applicationCredentialId, scope } = await this.tokens.claimsOf(token);
    const shared = { userId, userGeneration, methods: [...new Set([...methods, 'token'])], parent: { auditId, expiresAt } };
    if (applicationCredentialId === undefined) return { who: shared, defaultProjectId: null };
    // What was made for one project stays there.
    return { who: { ...shared, applicationCredentialId }, defaultProjectId: null, onlyProjectId: 'id' in scope ? scope.id : '' };
  }

  private async byApplicationCredential(proof: ApplicationCredentialProof, scope: LoginRequest['scope']) {
    if (scope !== undefined) throw refused();
    const user = 'user' in proof ? await this.findUser(proof.user) : null;
    const of = 'id' in proof ? { id: proof.id } : { name: proof.name, userId: user?.id ?? '' };
    const credential = await this.applicationCredentials.authenticate(of, proof.secret);
    if (!credential) throw refused();
    return this.issueFor(credential.userId, credential.projectId, ['application_credential'], credential.id);
  }

  /** For one who was recognised otherwise, by a signature. @throws CloudError `unauthenticated` */
  async issueFor(userId: string, projectId: string, methods: readonly string[], applicationCredentialId?: string) {
    const user = await this.database.getRepository(UserRow).findOneBy({ id: userId });
    if (!user) throw refused();
    const who: Authenticated = { userId, methods, userGeneration: user.tokenGeneration, applicationCredentialId };
    return this.tokens.issue(who, { kind: 'project', id: projectId });
  }

  /** A default project that the user may not enter gives an unscoped token, as in Keystone. */
  private async issueForDefault(who: Authenticated, projectId: string): Promise<{ token: string; identity: TokenIdentity }> {
    try {
      return await this.tokens.issue(who, { kind: 'project', id: projectId });
    } catch (error) {
      if (!(error instanceof CloudError && error.kind === 'unauthenticated')) throw error;
      return this.tokens.issue(who, { kind: 'none' });
    }
  }

  private async resolveScope(scope: NonNullable<LoginRequest['scope']>): Promise<TokenScope> {
    if (scope === 'unscoped') return { kind: 'none' };
    if (scope === 'system') return { kind: 'system' };
    if ('domain' in scope) return { kind: 'domain', id: await this.domainId(scope.domain) };
    if ('id' in scope.project) return { kind: 'project', id: scope.project.id };
    const domainId = await this.domainId(scope.project.domain);
    const project = await this.database.getRepository(ProjectRow).findOneBy({ domainId, name: scope.project.name });
    if (!project) throw refused();
    return { kind: 'project', id: project.id };
  }

  private async findUser(user: InDomainRef): Promise<UserRow | null> {
    const users = this.database.getRepository(UserRow);
    if ('id' in user) return users.findOneBy({ id: user.id });
    const domain = await this.findDomain(user.domain);
    return domain && users.findOneBy({ domainId: domain.id, name: user.name });
  }

  private async domainId(ref: DomainRef): Promise<string> {
    const domain = await this.findDomain(ref);
    if (!domain) throw refused();
    return domain.id;
  }

  private findDomain(ref: DomainRef): Promise<DomainRow | null> {
    return this.database.getRepository(DomainRow).findOneBy('id' in ref ? { id: ref.id } : { name: ref.name });
  }
}

interface Recognised {
  readonly who: Authenticated;
  readonly defaultProjectId: string | null;
  /** The token that was shown may be exchanged for one of this project only. */
  readonly onlyProjectId?: string;
}

const refused = () => new CloudError('unauthenticated', 'The request you have made requires authentication.');
