import type { DataSource, EntityManager } from 'typeorm';
import { CloudError, type Random } from '#domain';
import { DEFAULT_DOMAIN_ID } from './bootstrap.js';
import { conflictOnDuplicate } from './database-errors.js';
import { definedOnly } from './defined-only.js';
import { DomainRow } from './entities.js';
import { type Extra, withWholeExtra } from './extra.js';
import { newId } from './ids.js';
import { TARGETS_OF_USER } from './targets-of-user.js';
import type { TokenInvalidation } from './token-invalidation.js';

export interface NewDomain {
  readonly name: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly extra: Extra;
}

/** What holds users, groups and projects. */
export class Domains {
  constructor(
    private readonly database: DataSource,
    private readonly random: Random,
    private readonly invalidation: TokenInvalidation,
  ) {}

  async list(filter: { name?: string; enabled?: boolean } = {}): Promise<DomainRow[]> {
    return this.database.getRepository(DomainRow).find({ where: definedOnly(filter), order: { name: 'ASC' } });
  }

  /** Enabled ones in which the user has a role, itself or by a group. */
  async ofUser(userId: string): Promise<DomainRow[]> {
    const query = this.database.getRepository(DomainRow).createQueryBuilder('d').where('d.enabled = 1').orderBy('d.name');
    return query.andWhere(`d.id IN (${TARGETS_OF_USER})`, { userId }).getMany();
  }

  find(id: string): Promise<DomainRow | null> {
    return this.database.getRepository(DomainRow).findOneBy({ id });
  }

  /** @throws CloudError `notFound` */
  async get(id: string): Promise<DomainRow> {
    const domain = await this.find(id);
    if (!domain) throw new CloudError('notFound', `Could not find domain: ${id}.`);
    return domain;
  }

  /** @throws CloudError `conflict` */
  async create(domain: NewDomain): Promise<DomainRow> {
    const row = { id: newId(this.random), ...domain };
    await conflictOnDuplicate(duplicate(domain.name), this.database.getRepository(DomainRow).insert(row));
    return row;
  }

  /** Disabling it kills the tokens of its users, and those in its projects, until it is enabled again. */
  async update(id: string, changes: Partial<NewDomain>): Promise<DomainRow> {
    const before = await this.get(id);
    if (Object.keys(changes).length === 0) return before;
    const columns = withWholeExtra(before, changes);
    const after = { ...before, ...columns };
    await conflictOnDuplicate(duplicate(after.name), this.database.getRepository(DomainRow).update({ id }, columns));
    if (before.enabled && !after.enabled) await this.invalidation.settled();
    return after;
  }

  /** With everything in it. @throws CloudError `forbidden` while it is enabled */
  async delete(id: string): Promise<void> {
    const { enabled } = await this.get(id);
    if (id === DEFAULT_DOMAIN_ID) throw new CloudError('forbidden', 'The default domain cannot be deleted.');
    if (enabled) throw new CloudError('forbidden', 'Cannot delete a domain that is enabled, please disable it first.');
    await this.database.transaction(tx => deleteContents(tx, id));
    await this.invalidation.settled();
  }
}

const USERS = 'SELECT id FROM identity_users WHERE domain_id = ?';
const PROJECTS = 'SELECT id FROM identity_projects WHERE domain_id = ?';
const GROUPS = 'SELECT id FROM identity_groups WHERE domain_id = ?';
const ROLES = 'SELECT id FROM identity_roles WHERE domain_id = ?';

/** What refers to users, groups and projects goes before them. */
const DELETES = [
  `DELETE FROM identity_role_assignments WHERE user_id IN (${USERS})`,
  `DELETE FROM identity_role_assignments WHERE target_id IN (${PROJECTS})`,
  `DELETE FROM identity_group_assignments WHERE group_id IN (${GROUPS})`,
  `DELETE FROM identity_group_assignments WHERE target_id IN (${PROJECTS})`,
  `DELETE FROM identity_role_assignments WHERE role_id IN (${ROLES})`,
  `DELETE FROM identity_group_assignments WHERE role_id IN (${ROLES})`,
  `DELETE FROM identity_implied_roles WHERE prior_id IN (${ROLES})`,
  `DELETE FROM identity_implied_roles WHERE implied_id IN (${ROLES})`,
  `DELETE FROM identity_group_members WHERE user_id IN (${USERS})`,
  `DELETE FROM identity_group_members WHERE group_id IN (${GROUPS})`,
  `DELETE FROM identity_grant_fences WHERE user_id IN (${USERS})`,
  `DELETE FROM identity_application_credentials WHERE user_id IN (${USERS})`,
  `DELETE FROM identity_application_credentials WHERE project_id IN (${PROJECTS})`,
  `DELETE FROM identity_access_rules WHERE user_id IN (${USERS})`,
  `DELETE FROM identity_credentials WHERE user_id IN (${USERS})`,
  'DELETE FROM identity_role_assignments WHERE target_id = ?',
  'DELETE FROM identity_group_assignments WHERE target_id = ?',
  'DELETE FROM identity_users WHERE domain_id = ?',
  'DELETE FROM identity_groups WHERE domain_id = ?',
  'DELETE FROM identity_projects WHERE domain_id = ?',
  'DELETE FROM identity_roles WHERE domain_id = ?',
  'DELETE FROM identity_domains WHERE id = ?',
];

const deleteContents = async (tx: EntityManager, id: string): Promise<void> => {
  for (const sql of DELETES) await tx.query(sql, [id]);
};

const duplicate = (name: string): string => `Conflict occurred attempting to store domain - Duplicate entry found with name ${name}.`;
