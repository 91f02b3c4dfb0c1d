import type { DataSource } from 'typeorm';
import type { Clock, Random } from '#domain';
import { AccessRules } from './access-rules.js';
import { ApplicationCredentials } from './application-credentials.js';
import { AssignmentList } from './assignment-list.js';
import { Assignments } from './assignments.js';
import { bootstrapIdentity } from './bootstrap.js';
import { Catalog, type CatalogEntry } from './catalog.js';
import { Credentials } from './credentials.js';
import { Domains } from './domains.js';
import { Ec2Login } from './ec2-login.js';
import { Groups } from './groups.js';
import type { IdentityService, TokenIdentity } from './identity-service.js';
import { Login } from './login.js';
import { type PasswordCost, Passwords } from './passwords.js';
import { Projects } from './projects.js';
import { RoleDirectory } from './role-directory.js';
import { Roles } from './roles.js';
import { tokenSigningKey } from './signing-key.js';
import { StoredCatalog } from './stored-catalog.js';
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

interface Parts {
  readonly tokens: Tokens;
  readonly login: Login;
  readonly ec2: Ec2Login;
  readonly users: Users;
  readonly groups: Groups;
  readonly domains: Domains;
  readonly projects: Projects;
  readonly roles: Roles;
  readonly assignments: Assignments;
  readonly assignmentList: AssignmentList;
  readonly accessRules: AccessRules;
  readonly applicationCredentials: ApplicationCredentials;
  readonly credentials: Credentials;
  readonly catalog: StoredCatalog;
}

/** Identity without a Keystone: users, projects, roles and tokens in the API cell's own database. */
export class EmbeddedIdentity implements IdentityService, Parts {
  readonly tokens: Tokens;
  readonly login: Login;
  readonly ec2: Ec2Login;
  readonly users: Users;
  readonly groups: Groups;
  readonly domains: Domains;
  readonly projects: Projects;
  readonly roles: Roles;
  readonly assignments: Assignments;
  readonly assignmentList: AssignmentList;
  readonly accessRules: AccessRules;
  readonly applicationCredentials: ApplicationCredentials;
  readonly credentials: Credentials;
  readonly catalog: StoredCatalog;

  private constructor(parts: Parts) {
    this.tokens = parts.tokens;
    this.login = parts.login;
    this.ec2 = parts.ec2;
    this.users = parts.users;
    this.groups = parts.groups;
    this.domains = parts.domains;
    this.projects = parts.projects;
    this.roles = parts.roles;
    this.assignments = parts.assignments;
    this.assignmentList = parts.assignmentList;
    this.accessRules = parts.accessRules;
    this.applicationCredentials = parts.applicationCredentials;
    this.credentials = parts.credentials;
    this.catalog = parts.catalog;
  }

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
    const groups = new Groups(database, random, users, invalidation);
    const domains = new Domains(database, random, invalidation);
    const projects = new Projects(database, random, domains, invalidation);
    const roles = new Roles(database, random, invalidation);
    const accessRules = new AccessRules(database, random);
    const applicationCredentials = new ApplicationCredentials(database, random, passwords, invalidation, accessRules);
    const credentials = new Credentials(database, random);
    const login = new Login(database, passwords, tokens, applicationCredentials);
    return new EmbeddedIdentity({
      tokens,
      login,
      ec2: new Ec2Login(credentials, login, clock),
      users,
      groups,
      domains,
      projects,
      roles,
      assignments: new Assignments(database, { users, groups, projects, domains, roles }, invalidation),
      assignmentList: new AssignmentList(database, roles),
      accessRules,
      applicationCredentials,
      credentials,
      catalog: new StoredCatalog(database, random, new Catalog(options.region, options.catalog)),
    });
  }

  authenticateToken(token: string): Promise<TokenIdentity> {
    return this.tokens.authenticateToken(token);
  }
}
