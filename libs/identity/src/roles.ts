import type { DataSource, EntityManager } from 'typeorm';
import { CloudError, type Random } from '#domain';
import { conflictOnDuplicate } from './database-errors.js';
import { definedOnly } from './defined-only.js';
import { RoleAssignmentRow, RoleRow } from './entities.js';
import { type Extra, withWholeExtra } from './extra.js';
import { GroupAssignmentRow, ImpliedRoleRow } from './group-entities.js';
import { newId } from './ids.js';
import type { TokenInvalidation } from './token-invalidation.js';

export interface NewRole {
  readonly name: string;
  readonly description: string;
  /** Empty: of all domains. */
  readonly domainId: string;
  readonly extra: Extra;
}

/** Which role brings which other in a fresh deployment, directly: admin ⇒ manager ⇒ member ⇒ reader. */
export const IMPLIED_ROLES: readonly (readonly [prior: string, implied: string])[] = [
  ['admin', 'manager'],
  ['manager', 'member'],
  ['member', 'reader'],
];

/** The roles that every deployment has. */
export const BUILT_IN_ROLES = ['admin', 'manager', 'member', 'reader', 'service', 'auditor'] as const;

/** Roles, and which of them imply which others. Every change raises the version that tokens are validated with. */
export class Roles {
  constructor(
    private readonly database: DataSource,
    private readonly random: Random,
    private readonly invalidation: TokenInvalidation,
  ) {}

  /** @param filter `domainId` is empty for those of all domains */
  async list(filter: { name?: string; domainId?: string } = {}): Promise<RoleRow[]> {
    return this.database.getRepository(RoleRow).find({ where: definedOnly(filter), order: { name: 'ASC' } });
  }

  /** @throws CloudError `notFound` */
  async get(id: string): Promise<RoleRow> {
    const role = await this.database.getRepository(RoleRow).findOneBy({ id });
    if (!role) throw new CloudError('notFound', `Could not find role: ${id}.`);
    return role;
  }

  /** @throws CloudError `conflict` */
  async create(role: NewRole): Promise<RoleRow> {
    const row = { id: newId(this.random), ...role };
    await conflictOnDuplicate(duplicate(role.name), this.database.getRepository(RoleRow).insert(row));
    return row;
  }

  async update(id: string, changes: Partial<Omit<NewRole, 'domainId'>>): Promise<RoleRow> {
    const before = await this.get(id);
    if (Object.keys(changes).length === 0) return before;
    const columns = withWholeExtra(before, changes);
    const after = { ...before, ...columns };
    await conflictOnDuplicate(
      duplicate(after.name),
      this.change(tx => tx.update(RoleRow, { id }, columns)),
    );
    return after;
  }

  /** With all assignments of it, and what implies it. */
  async delete(id: string): Promise<void> {
    await this.get(id);
    await this.change(async tx => {
      await tx.delete(RoleAssignmentRow, { roleId: id });
      await tx.delete(GroupAssignmentRow, { roleId: id });
      await tx.delete(ImpliedRoleRow, [{ priorId: id }, { impliedId: id }]);
      await tx.delete(RoleRow, { id });
    });
  }

  /** Ids of prior and implied roles, direct ones only. */
  implications(priorId?: string): Promise<ImpliedRoleRow[]> {
    return this.database
      .getRepository(ImpliedRoleRow)
      .find({ where: definedOnly({ priorId }), order: { priorId: 'ASC', impliedId: 'ASC' } });
  }

  /**
   * Twice is once.
   * @throws CloudError `notFound`; `conflict` when the implied role leads back to the prior one; `forbidden` when only the implied one is of a domain
   */
  async imply(priorId: string, impliedId: string): Promise<void> {
    const [prior, implied] = [await this.get(priorId), await this.get(impliedId)];
    if (prior.domainId === '' && implied.domainId !== '')
      throw new CloudError(
        'forbidden',
        `Role ${priorId} is of all domains and cannot imply ${impliedId}, which is of domain ${implied.domainId}.`,
      );
    const all = await this.implications();
    if (leadsTo(all, impliedId, priorId))
      throw new CloudError('conflict', `role ${impliedId} implies role ${priorId} already: the two would be one`);
    const sql = 'INSERT IGNORE INTO identity_implied_roles (prior_id, implied_id) VALUES (?, ?)';
    await this.change(tx => tx.query(sql, [priorId, impliedId]));
  }

  /** @throws CloudError `notFound` */
  async requireImplied(priorId: string, impliedId: string): Promise<void> {
    await this.get(priorId);
    await this.get(impliedId);
    if (!(await this.database.getRepository(ImpliedRoleRow).existsBy({ priorId, impliedId })))
      throw new CloudError('notFound', `${priorId} does not imply ${impliedId}.`);
  }

  async unimply(priorId: string, impliedId: string): Promise<void> {
    await this.requireImplied(priorId, impliedId);
    await this.change(tx => tx.delete(ImpliedRoleRow, { priorId, impliedId }));
  }

  /** Answers when every process sees the change. */
  private async change(write: (tx: EntityManager) => Promise<unknown>): Promise<void> {
    await this.database.transaction(async tx => {
      await write(tx);
      await tx.query("INSERT INTO identity_counters (name, value) VALUES ('roles', 1) ON DUPLICATE KEY UPDATE value = value + 1");
    });
    await this.invalidation.settled();
  }
}

const leadsTo = (rules: readonly ImpliedRoleRow[], from: string, to: string, seen = new Set<string>()): boolean => {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return rules.some(rule => rule.priorId === from && leadsTo(rules, rule.impliedId, to, seen));
};

const duplicate = (name: string): string => `Conflict occurred attempting to store role - Duplicate entry found with name ${name}.`;
