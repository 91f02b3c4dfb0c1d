import type { DataSource } from 'typeorm';
import { CloudError, type Random } from '#domain';
import { conflictOnDuplicate } from './database-errors.js';
import { definedOnly } from './defined-only.js';
import { DomainRow, GrantFenceRow, ProjectRow, RoleAssignmentRow } from './entities.js';
import { newId } from './ids.js';
import type { TokenInvalidation } from './token-invalidation.js';

export interface ProjectFilter {
  readonly name?: string;
  readonly domainId?: string;
  readonly enabled?: boolean;
  /** Only the projects in which this user has a role. */
  readonly userId?: string;
}

export interface NewProject {
  readonly name: string;
  readonly domainId: string;
  readonly description: string;
  readonly enabled: boolean;
}

/** Projects and the domains they are in. */
export class Projects {
  constructor(
    private readonly database: DataSource,
    private readonly random: Random,
    private readonly invalidation: TokenInvalidation,
  ) {}

  async list(filter: ProjectFilter = {}): Promise<ProjectRow[]> {
    const query = this.database.getRepository(ProjectRow).createQueryBuilder('p').orderBy('p.name').addOrderBy('p.id');
    if (filter.name !== undefined) query.andWhere('p.name = :name', filter);
    if (filter.domainId !== undefined) query.andWhere('p.domainId = :domainId', filter);
    if (filter.enabled !== undefined) query.andWhere('p.enabled = :enabled', filter);
    if (filter.userId !== undefined) {
      query.andWhere('p.id IN (SELECT target_id FROM identity_role_assignments WHERE user_id = :userId)', filter);
    }
    return query.getMany();
  }

  /** @throws CloudError `notFound` */
  async get(id: string): Promise<ProjectRow> {
    const project = await this.database.getRepository(ProjectRow).findOneBy({ id });
    if (!project) throw new CloudError('notFound', `Could not find project: ${id}.`);
    return project;
  }

  /** @throws CloudError `conflict` when the domain has one of that name, `notFound` when there is no such domain. */
  async create(project: NewProject): Promise<ProjectRow> {
    await this.domain(project.domainId);
    const row = { id: newId(this.random), ...project };
    await conflictOnDuplicate(duplicate(project.name), this.database.getRepository(ProjectRow).insert(row));
    return row;
  }

  /** Disabling it kills its tokens until it is enabled again. */
  async update(id: string, changes: Partial<Omit<NewProject, 'domainId'>>): Promise<ProjectRow> {
    const before = await this.get(id);
    if (Object.keys(changes).length === 0) return before;
    const after = { ...before, ...changes };
    await conflictOnDuplicate(duplicate(after.name), this.database.getRepository(ProjectRow).update({ id }, changes));
    if (before.enabled && !after.enabled) await this.invalidation.settled();
    return after;
  }

  /** With all role assignments in it. Its tokens are dead when this returns. */
  async delete(id: string): Promise<void> {
    await this.get(id);
    await this.database.transaction(async tx => {
      await tx.delete(ProjectRow, { id });
      await tx.delete(RoleAssignmentRow, { targetId: id });
      await tx.delete(GrantFenceRow, { targetId: id });
    });
    await this.invalidation.settled();
  }

  async domains(filter: { name?: string; enabled?: boolean } = {}): Promise<DomainRow[]> {
    return this.database.getRepository(DomainRow).find({ where: definedOnly(filter), order: { name: 'ASC' } });
  }

  /** @throws CloudError `notFound` */
  async domain(id: string): Promise<DomainRow> {
    const domain = await this.database.getRepository(DomainRow).findOneBy({ id });
    if (!domain) throw new CloudError('notFound', `Could not find domain: ${id}.`);
    return domain;
  }
}

const duplicate = (name: string): string =>
  `Conflict occurred attempting to store project - it is not permitted to have two projects with the same name in the same domain: ${name}.`;
