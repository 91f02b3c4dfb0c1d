import type { DataSource } from 'typeorm';
import { CloudError, type Random } from '#domain';
import { ApplicationCredentialRow, CredentialRow } from './credential-entities.js';
import { conflictOnDuplicate } from './database-errors.js';
import type { Domains } from './domains.js';
import { GrantFenceRow, ProjectRow, RoleAssignmentRow } from './entities.js';
import { type Extra, withWholeExtra } from './extra.js';
import { GroupAssignmentRow } from './group-entities.js';
import { newId } from './ids.js';
import { projectsBelow } from './lineage.js';
import { TARGETS_OF_USER } from './targets-of-user.js';
import type { TokenInvalidation } from './token-invalidation.js';

export interface ProjectFilter {
  readonly name?: string;
  readonly domainId?: string;
  readonly enabled?: boolean;
  /** Below this project; a domain's id: directly below the domain. */
  readonly parentId?: string;
  /** Only the projects in which this user has a role, itself, by a group or from above. */
  readonly userId?: string;
  /** Has all of these. */
  readonly tags?: readonly string[];
}

export interface NewProject {
  readonly name: string;
  readonly domainId: string;
  /** Null: directly below the domain. */
  readonly parentId: string | null;
  readonly description: string;
  readonly enabled: boolean;
  readonly tags: readonly string[];
  readonly extra: Extra;
}

/** Keystone's bound, the domain included. */
const MAX_DEPTH = 5;

/** Projects, which may be below others. */
export class Projects {
  constructor(
    private readonly database: DataSource,
    private readonly random: Random,
    private readonly domains: Domains,
    private readonly invalidation: TokenInvalidation,
  ) {}

  async list(filter: ProjectFilter = {}): Promise<ProjectRow[]> {
    const query = this.database.getRepository(ProjectRow).createQueryBuilder('p').orderBy('p.name').addOrderBy('p.id');
    if (filter.name !== undefined) query.andWhere('p.name = :name', filter);
    if (filter.domainId !== undefined) query.andWhere('p.domainId = :domainId', filter);
    if (filter.enabled !== undefined) query.andWhere('p.enabled = :enabled', filter);
    if (filter.parentId !== undefined) query.andWhere('COALESCE(p.parentId, p.domainId) = :parentId', filter);
    if (filter.userId !== undefined) query.andWhere(`p.id IN (${TARGETS_OF_USER})`, { userId: filter.userId });
    for (const [index, tag] of (filter.tags ?? []).entries())
      query.andWhere(`JSON_CONTAINS(p.tags, :tag${index})`, { [`tag${index}`]: JSON.stringify(tag) });
    return query.getMany();
  }

  /** @throws CloudError `notFound` */
  async get(id: string): Promise<ProjectRow> {
    const project = await this.database.getRepository(ProjectRow).findOneBy({ id });
    if (!project) throw new CloudError('notFound', `Could not find project: ${id}.`);
    return project;
  }

  /** Those above it, nearest first; its domain is not among them. */
  async parentsOf(project: ProjectRow): Promise<ProjectRow[]> {
    const parents: ProjectRow[] = [];
    for (let at = project; at.parentId !== null && parents.length < MAX_DEPTH; ) {
      at = await this.get(at.parentId);
      parents.push(at);
    }
    return parents;
  }

  /** Those below it, at any depth. */
  async subtreeOf(id: string): Promise<ProjectRow[]> {
    const below = projectsBelow('SELECT :id id');
    return this.database.getRepository(ProjectRow).createQueryBuilder('p').where(`p.id IN (${below})`, { id }).orderBy('p.name').getMany();
  }

  /** @throws CloudError `conflict` when the domain has one of that name, `notFound`, `invalid`, `forbidden` when it would be too deep. */
  async create(project: NewProject): Promise<ProjectRow> {
    await this.domains.get(project.domainId);
    if (project.parentId !== null) await this.requireParent(project.parentId, project.domainId);
    const row = { id: newId(this.random), ...project, tags: [...project.tags] };
    await conflictOnDuplicate(duplicate(project.name), this.database.getRepository(ProjectRow).insert(row));
    return row;
  }

  /** Disabling it kills its tokens until it is enabled again. */
  async update(id: string, changes: Partial<Omit<NewProject, 'domainId' | 'parentId'>>): Promise<ProjectRow> {
    const before = await this.get(id);
    if (Object.keys(changes).length === 0) return before;
    const { tags, ...others } = withWholeExtra(before, changes);
    const columns = { ...others, ...(tags && { tags: [...tags] }) };
    const after = { ...before, ...columns };
    await conflictOnDuplicate(duplicate(after.name), this.database.getRepository(ProjectRow).update({ id }, columns));
    if (before.enabled && !after.enabled) await this.invalidation.settled();
    return after;
  }

  /** With all role assignments in it. Its tokens are dead when this returns. @throws CloudError `forbidden` while others are below it */
  async delete(id: string): Promise<void> {
    await this.get(id);
    await this.database.transaction(async tx => {
      if (await tx.existsBy(ProjectRow, { parentId: id }))
        throw new CloudError('forbidden', `Cannot delete project ${id} since it is not a leaf in the hierarchy.`);
      await tx.delete(ProjectRow, { id });
      await tx.delete(RoleAssignmentRow, { targetId: id });
      await tx.delete(GroupAssignmentRow, { targetId: id });
      await tx.delete(GrantFenceRow, { targetId: id });
      await tx.delete(ApplicationCredentialRow, { projectId: id });
      await tx.delete(CredentialRow, { projectId: id });
    });
    await this.invalidation.settled();
  }

  private async requireParent(parentId: string, domainId: string): Promise<void> {
    const parent = await this.get(parentId);
    if (parent.domainId !== domainId)
      throw new CloudError('invalid', `Invalid input for field 'project.parent_id': it is in another domain.`);
    const depth = (await this.parentsOf(parent)).length + 3;
    if (depth > MAX_DEPTH) throw new CloudError('forbidden', `Max hierarchy depth reached for ${parentId} branch.`);
  }
}

const duplicate = (name: string): string =>
  `Conflict occurred attempting to store project - it is not permitted to have two projects with the same name in the same domain: ${name}.`;
