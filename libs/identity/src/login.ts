import type { DataSource } from 'typeorm';
import { CloudError } from '#domain';
import { DomainRow, ProjectRow, UserRow } from './entities.js';
import type { TokenIdentity } from './identity-service.js';
import type { Passwords } from './passwords.js';
import type { TokenScope } from './token-format.js';
import type { Authenticated, Tokens } from './tokens.js';

/** A reference by id, or by a name that is unique in a domain. */
export type DomainRef = { readonly id: string } | { readonly name: string };
export type InDomainRef = { readonly id: string } | { readonly name: string; readonly domain: DomainRef };

export interface LoginRequest {
  readonly credentials: { readonly password: { readonly user: InDomainRef; readonly password: string } } | { readonly token: string };
  /** Absent: the user's default project, if any. */
  readonly scope?: { readonly project: InDomainRef } | { readonly domain: DomainRef } | 'unscoped';
}

/** Exchanges a password or a token for a token. */
export class Login {
  constructor(
    private readonly database: DataSource,
    private readonly passwords: Passwords,
    private readonly tokens: Tokens,
  ) {}

  /** @throws CloudError `unauthenticated`, for whatever reason; `unavailable` when too many passwords wait to be checked. */
  async login({ credentials, scope }: LoginRequest): Promise<{ token: string; identity: TokenIdentity }> {
    const { who, defaultProjectId } =
      'token' in credentials ? await this.byToken(credentials.token) : await this.byPassword(credentials.password);
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
    const { userId, userGeneration, methods, auditId, expiresAt } = await this.tokens.claimsOf(token);
    const who = { userId, userGeneration, methods: [...new Set([...methods, 'token'])], parent: { auditId, expiresAt } };
    return { who, defaultProjectId: null };
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
}

const refused = () => new CloudError('unauthenticated', 'The request you have made requires authentication.');
