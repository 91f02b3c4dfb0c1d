import type { DataSource } from 'typeorm';
import { CloudError } from '#domain';
import { RoleAssignmentRow, RoleRow } from './entities.js';
import type { Projects } from './projects.js';
import type { Roles } from './roles.js';
import type { TokenInvalidation } from './token-invalidation.js';
import type { Users } from './users.js';

export interface Grant {
  readonly userId: string;
  readonly target: { readonly kind: 'project' | 'domain'; readonly id: string };
}

/** One assignment with the names of all that it joins. */
export interface NamedAssignment {
  readonly roleId: string;
  readonly roleName: string;
  readonly userId: string;
  readonly userName: string;
  readonly userDomainId: string;
  readonly userDomainName: string;
  readonly targetKind: 'project' | 'domain';
  readonly targetId: string;
  readonly targetName: string;
  readonly targetDomainId: string | null;
  readonly targetDomainName: string | null;
}

export interface AssignmentFilter {
  readonly userId?: string;
  readonly roleId?: string;
  readonly projectId?: string;
  readonly domainId?: string;
}

/** Who has which role where. */
export class Assignments {
  constructor(
    private readonly database: DataSource,
    private readonly of: { readonly users: Users; readonly projects: Projects; readonly roles: Roles },
    private readonly invalidation: TokenInvalidation,
  ) {}

  /** Twice is once. @throws CloudError `notFound` naming what is missing. */
  async assign(grant: Grant, roleId: string): Promise<void> {
    await this.mustExist(grant, roleId);
    const sql = `INSERT INTO identity_role_assignments (user_id, target_id, role_id, target_kind) VALUES (?, ?, ?, ?)
      ON DUPLICATE KEY UPDATE role_id = role_id`;
    await this.database.query(sql, [grant.userId, grant.target.id, roleId, grant.target.kind]);
  }

  /** Ends the tokens of this user in this target, also those that other roles would keep: what they may do has changed. */
  async unassign(grant: Grant, roleId: string): Promise<void> {
    await this.database.transaction(async tx => {
      const { affected } = await tx.delete(RoleAssignmentRow, { userId: grant.userId, targetId: grant.target.id, roleId });
      if (!affected) throw noSuchAssignment(grant, roleId);
      const sql =
        'INSERT INTO identity_grant_fences (user_id, target_id, generation) VALUES (?, ?, 1) ON DUPLICATE KEY UPDATE generation = generation + 1';
      await tx.query(sql, [grant.userId, grant.target.id]);
    });
    await this.invalidation.settled();
  }

  /** @throws CloudError `notFound` when the user does not have the role there. */
  async check(grant: Grant, roleId: string): Promise<void> {
    const row = { userId: grant.userId, targetId: grant.target.id, roleId };
    if (!(await this.database.getRepository(RoleAssignmentRow).existsBy(row))) throw noSuchAssignment(grant, roleId);
  }

  async rolesOf(grant: Grant): Promise<RoleRow[]> {
    const query = this.database.getRepository(RoleRow).createQueryBuilder('r').orderBy('r.name');
    query.where('r.id IN (SELECT role_id FROM identity_role_assignments WHERE user_id = :userId AND target_id = :targetId)', {
      userId: grant.userId,
      targetId: grant.target.id,
    });
    return query.getMany();
  }

  async list({ userId, roleId, projectId, domainId }: AssignmentFilter): Promise<NamedAssignment[]> {
    const wanted: [string, string | undefined][] = [
      ['a.user_id = ?', userId],
      ['a.role_id = ?', roleId],
      ["a.target_kind = 'project' AND a.target_id = ?", projectId],
      ["a.target_kind = 'domain' AND a.target_id = ?", domainId],
    ];
    const conditions = wanted.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
    const where = conditions.map(({ sql }) => ` AND ${sql}`).join('');
    return this.database.query<NamedAssignment[]>(
      LIST_SQL.replace('/* where */', where),
      conditions.map(({ value }) => value),
    );
  }

  private async mustExist({ userId, target }: Grant, roleId: string): Promise<void> {
    await this.of.users.get(userId);
    await (target.kind === 'project' ? this.of.projects.get(target.id) : this.of.projects.domain(target.id));
    await this.of.roles.get(roleId);
  }
}

const LIST_SQL = `
  SELECT a.role_id roleId, r.name roleName, u.id userId, u.name userName, ud.id userDomainId, ud.name userDomainName,
    a.target_kind targetKind, a.target_id targetId, COALESCE(p.name, d.name) targetName, pd.id targetDomainId, pd.name targetDomainName
  FROM identity_role_assignments a
  JOIN identity_roles r ON r.id = a.role_id
  JOIN identity_users u ON u.id = a.user_id JOIN identity_domains ud ON ud.id = u.domain_id
  LEFT JOIN identity_projects p ON a.target_kind = 'project' AND p.id = a.target_id LEFT JOIN identity_domains pd ON pd.id = p.domain_id
  LEFT JOIN identity_domains d ON a.target_kind = 'domain' AND d.id = a.target_id
  WHERE COALESCE(p.id, d.id) IS NOT NULL/* where */
  ORDER BY targetName, userName, roleName`;

const noSuchAssignment = ({ userId, target }: Grant, roleId: string): CloudError =>
  new CloudError('notFound', `Could not find role assignment with role: ${roleId}, user: ${userId}, ${target.kind}: ${target.id}.`);
