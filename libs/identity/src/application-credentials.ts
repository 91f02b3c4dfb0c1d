import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { CloudError, type Random } from '#domain';
import type { AccessRules, AskedAccessRule } from './access-rules.js';
import { ApplicationCredentialRow } from './credential-entities.js';
import { conflictOnDuplicate } from './database-errors.js';
import { definedOnly } from './defined-only.js';
import { newId } from './ids.js';
import type { Passwords } from './passwords.js';
import type { TokenInvalidation } from './token-invalidation.js';

export interface NewApplicationCredential {
  readonly userId: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  /** Made, when absent. */
  readonly secret?: string | undefined;
  readonly roleIds: readonly string[];
  readonly unrestricted: boolean;
  readonly accessRules: readonly AskedAccessRule[] | null;
  /** ms since 1970; null: never. */
  readonly expiresAt: number | null;
  readonly expiresMicroseconds: number;
}

/** Passwords for programs: each logs its user in to one project, with some of its roles, until it is deleted or expires. */
export class ApplicationCredentials {
  constructor(
    private readonly database: DataSource,
    private readonly random: Random,
    private readonly passwords: Passwords,
    private readonly invalidation: TokenInvalidation,
    private readonly accessRules: AccessRules,
  ) {}

  list(userId: string, filter: { name?: string } = {}): Promise<ApplicationCredentialRow[]> {
    return this.repository().find({ where: { userId, ...definedOnly(filter) }, order: { name: 'ASC' } });
  }

  /** @throws CloudError `notFound` */
  async get(userId: string, id: string): Promise<ApplicationCredentialRow> {
    const row = await this.repository().findOneBy({ id, userId });
    if (!row) throw new CloudError('notFound', `Could not find application credential: ${id}.`);
    return row;
  }

  /** @returns the secret too, for the first and last time. @throws CloudError `conflict`; `notFound` naming an access rule */
  async create(given: NewApplicationCredential): Promise<{ row: ApplicationCredentialRow; secret: string }> {
    const secret = given.secret ?? randomBytes(64).toString('base64url');
    const fields = {
      id: newId(this.random),
      userId: given.userId,
      projectId: given.projectId,
      name: given.name,
      description: given.description,
      secretHash: await this.passwords.hash(secret),
      roleIds: [...given.roleIds],
      unrestricted: given.unrestricted,
      expiresAt: given.expiresAt === null ? null : String(given.expiresAt),
      expiresMicroseconds: given.expiresMicroseconds,
    };
    const duplicate = `Conflict occurred attempting to store application_credential - Duplicate entry found with name ${given.name}.`;
    const write = this.database.transaction(async tx => {
      const row = { ...fields, accessRules: given.accessRules && (await this.accessRules.take(tx, given.userId, given.accessRules)) };
      await tx.insert(ApplicationCredentialRow, row);
      return row;
    });
    return { row: await conflictOnDuplicate(duplicate, write), secret };
  }

  /** Its tokens are dead when this returns. */
  async delete(userId: string, id: string): Promise<void> {
    await this.get(userId, id);
    await this.repository().delete({ id, userId });
    await this.invalidation.settled();
  }

  /** The one that has this secret; undefined otherwise, as slowly. @param of by id, or by name and user */
  async authenticate(of: { id: string } | { name: string; userId: string }, secret: string): Promise<ApplicationCredentialRow | undefined> {
    const row = await this.repository().findOneBy(of);
    const matches = await this.passwords.matches(secret, row?.secretHash ?? null);
    return matches && row ? row : undefined;
  }

  private repository() {
    return this.database.getRepository(ApplicationCredentialRow);
  }
}
