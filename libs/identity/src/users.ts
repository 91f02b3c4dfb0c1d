import type { DataSource } from 'typeorm';
import { CloudError, type Random } from '#domain';
import { AccessRuleRow, ApplicationCredentialRow, CredentialRow } from './credential-entities.js';
import { conflictOnDuplicate } from './database-errors.js';
import { definedOnly } from './defined-only.js';
import { GrantFenceRow, RoleAssignmentRow, UserRow } from './entities.js';
import { type Extra, withWholeExtra } from './extra.js';
import { GroupMemberRow } from './group-entities.js';
import { newId } from './ids.js';
import type { Passwords } from './passwords.js';
import type { TokenInvalidation } from './token-invalidation.js';

export interface NewUser {
  readonly name: string;
  readonly domainId: string;
  readonly password: string | null;
  readonly email: string | null;
  readonly description: string;
  readonly defaultProjectId: string | null;
  readonly enabled: boolean;
  readonly extra: Extra;
}

export type UserChanges = Partial<Omit<NewUser, 'domainId' | 'password'>> & { readonly password?: string };

export interface UserFilter {
  readonly name?: string;
  readonly domainId?: string;
  readonly enabled?: boolean;
}

export class Users {
  constructor(
    private readonly database: DataSource,
    private readonly random: Random,
    private readonly passwords: Passwords,
    private readonly invalidation: TokenInvalidation,
  ) {}

  async list(filter: UserFilter = {}): Promise<UserRow[]> {
    return this.database.getRepository(UserRow).find({ where: definedOnly(filter), order: { name: 'ASC', id: 'ASC' } });
  }

  /** @throws CloudError `notFound` */
  async get(id: string): Promise<UserRow> {
    const user = await this.database.getRepository(UserRow).findOneBy({ id });
    if (!user) throw new CloudError('notFound', `Could not find user: ${id}.`);
    return user;
  }

  /** @throws CloudError `conflict` when the domain has one of that name. */
  async create({ password, ...user }: NewUser): Promise<UserRow> {
    const passwordHash = password === null ? null : await this.passwords.hash(password);
    const row: UserRow = { id: newId(this.random), ...user, passwordHash, tokenGeneration: 0 };
    await conflictOnDuplicate(duplicate(user.name), this.database.getRepository(UserRow).insert(row));
    return row;
  }

  /** A new password, and disabling, end all tokens of the user, for good. */
  async update(id: string, { password, ...changes }: UserChanges): Promise<UserRow> {
    const before = await this.get(id);
    const hash = password === undefined ? {} : { passwordHash: await this.passwords.hash(password) };
    const killsTokens = password !== undefined || (before.enabled && changes.enabled === false);
    const fields = { ...withWholeExtra(before, changes), ...hash, ...(killsTokens && { tokenGeneration: () => 'token_generation + 1' }) };
    if (Object.keys(fields).length === 0) return before;
    await conflictOnDuplicate(duplicate(changes.name ?? before.name), this.database.getRepository(UserRow).update({ id }, fields));
    if (killsTokens) await this.invalidation.settled();
    return this.get(id);
  }

  /** @throws CloudError `unauthenticated` when the original password is not the user's. */
  async changePassword(id: string, { original, wanted }: { original: string; wanted: string }): Promise<void> {
    const user = await this.database.getRepository(UserRow).findOneBy({ id });
    const matches = await this.passwords.matches(original, user?.passwordHash ?? null);
    if (!matches || !user?.enabled) throw new CloudError('unauthenticated', 'The original password is not the one of this user.');
    await this.update(id, { password: wanted });
  }

  /** With all its role assignments and credentials. Its tokens are dead when this returns. */
  async delete(id: string): Promise<void> {
    await this.get(id);
    await this.database.transaction(async tx => {
      await tx.delete(UserRow, { id });
      await tx.delete(RoleAssignmentRow, { userId: id });
      await tx.delete(GrantFenceRow, { userId: id });
      await tx.delete(GroupMemberRow, { userId: id });
      await tx.delete(ApplicationCredentialRow, { userId: id });
      await tx.delete(AccessRuleRow, { userId: id });
      await tx.delete(CredentialRow, { userId: id });
    });
    await this.invalidation.settled();
  }
}

const duplicate = (name: string): string =>
  `Conflict occurred attempting to store user - Duplicate entry found with name ${name} in its domain.`;
