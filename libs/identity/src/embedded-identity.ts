import type { DataSource } from 'typeorm';
import type { Clock, Random } from '#domain';
import { Assignments } from './assignments.js';
import { bootstrapIdentity } from './bootstrap.js';
import { Catalog, type CatalogEntry } from './catalog.js';
import type { IdentityService, TokenIdentity } from './identity-service.js';
import { Login } from './login.js';
import { type PasswordCost, Passwords } from './passwords.js';
import { Projects } from './projects.js';
import { RoleDirectory } from './role-directory.js';
import { Roles } from './roles.js';
import { tokenSigningKey } from './signing-key.js';
import { TokenCache } from './token-cache.js';
import { TokenInvalidation } from './token-invalidation.js';
import { Tokens } from './tokens.js';
import { Users } from './users.js';

export interface EmbeddedIdentityOptions {
  /** Has `identityEntities`, and `identityMigrations` were run. */
  readonly database: DataSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly adminPassword: string;
  readonly region: string;
  readonly catalog: readonly CatalogEntry[];
  /** 12 h when absent. */
  readonly tokenLifetimeSeconds?: number;
  /** How long a process believes what it last read of a token, and so how long a revocation waits; 0.5 when absent. */
  readonly tokenCacheSeconds?: number;
  /** scrypt's cost of new passwords. Less than the default is for tests. */
  readonly passwordCost?: PasswordCost;
}

/** Identity without a Keystone: users, projects, roles and tokens in the API cell's own database. */
export class EmbeddedIdentity implements IdentityService {
  private constructor(
    readonly tokens: Tokens,
    readonly login: Login,
    readonly users: Users,
    readonly projects: Projects,
    readonly roles: Roles,
    readonly assignments: Assignments,
    readonly catalog: Catalog,
  ) {}

  /** Bootstraps the database when it is fresh. May run in several processes at once. */
  static async start(options: EmbeddedIdentityOptions): Promise<EmbeddedIdentity> {
    const { database, clock, random } = options;
    const passwords = new Passwords(options.passwordCost);
    await bootstrapIdentity(database, { random, passwords }, options);

    const maxAgeMs = (options.tokenCacheSeconds ?? 0.5) * 1000;
    const invalidation = new TokenInvalidation(clock, maxAgeMs);
    const tokens = new Tokens({
      database,
      clock,
      invalidation,
      roles: new RoleDirectory(database),
      key: await tokenSigningKey(database),
      cache: new TokenCache({ maxAgeMs }),
      lifetimeMs: (options.tokenLifetimeSeconds ?? 12 * 3600) * 1000,
    });
    const users = new Users(database, random, passwords, invalidation);
    const projects = new Projects(database, random, invalidation);
    const roles = new Roles(database, random);
    const assignments = new Assignments(database, { users, projects, roles }, invalidation);
    const login = new Login(database, passwords, tokens);
    return new EmbeddedIdentity(tokens, login, users, projects, roles, assignments, new Catalog(options.region, options.catalog));
  }

  authenticateToken(token: string): Promise<TokenIdentity> {
    return this.tokens.authenticateToken(token);
  }
}
