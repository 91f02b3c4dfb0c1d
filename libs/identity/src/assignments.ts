import type { DataSource } from 'typeorm';
import { CloudError } from '#domain';
import type { Domains } from './domains.js';
import { RoleAssignmentRow, RoleRow, type TargetKind } from './entities.js';
import { endGroupGrants, endUserGrants } from './grant-ends.js';
import { GroupAssignmentRow } from './group-entities.js';
import type { Groups } from './groups.js';
import type { Projects } from './projects.js';
import type { Roles } from './roles.js';
import type { TokenInvalidation } from './token-invalidation.js';
import type { Users } from './users.js';

export interface Grant {
  readonly actor: { readonly kind: 'user' | 'group'; readonly id: string };
  /** The id of the system is `system`. */
  readonly target: { readonly kind: TargetKind; readonly id: string };
  /** It is had in the projects below the target, and not in the target. */
  readonly inherited: boolean;
}

/** Who has which role where. Lists are AssignmentList's. */
export class Assignments {
  constructor(
    private readonly database: DataSource,
    private readonly of: {
      readonly users: Users;
      readonly groups: Groups;
      readonly projects: Projects;
      readonly domains: Domains;
      readonly roles: Roles;
    },
    private readonly invalidation: TokenInvalidation,
  ) {}

  /** Twice is once. @throws CloudError `notFound` naming what is missing. */
  async assign(grant: Grant, roleId: string): Promise<void> {
    await this.mustExist(grant, roleId);
    const { table, column } = PLACES[grant.actor.kind];
    const sql = `INSERT INTO ${table} (${column}, target_id, role_id, inherited, target_kind)
      VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE role_id = role_id`;
    await this.database.query(sql, [grant.actor.id, grant.target.id, roleId, grant.inherited, grant.target.kind]);
  }

  /** Ends the tokens of those who had it in this target or below it, also those that other roles would keep: what they may do has changed. */
  async unassign({ actor, target, inherited }: Grant, roleId: string): Promise<void> {
    await this.database.transaction(async tx => {
      const place = { targetId: target.id, inherited };
      const where = { ...place, roleId };
      const { affected } =
        actor.kind === 'user'
          ? await tx.delete(RoleAssignmentRow, { ...where, userId: actor.id })
          : await tx.delete(GroupAssignmentRow, { ...where, groupId: actor.id });
      if (!affected) throw noSuchAssignment({ actor, target }, roleId);
      await (actor.kind === 'user' ? endUserGrants : endGroupGrants)(tx, actor.id, place);
    });
    await this.invalidation.settled();
  }

  /** @throws CloudError `notFound` when the actor does not have the role there. */
  async check({ actor, target, inherited }: Grant, roleId: string): Promise<void> {
    const { table, column } = PLACES[actor.kind];
    const sql = `SELECT 1 FROM ${table} WHERE ${column} = ? AND target_id = ? AND role_id = ? AND inherited = ?`;
    const found = await this.database.query<unknown[]>(sql, [actor.id, target.id, roleId, inherited]);
    if (found.length === 0) throw noSuchAssignment({ actor, target }, roleId);
  }

  /** Given to this actor in this target, without what they imply. @throws CloudError `notFound` */
  async rolesOf(grant: Grant): Promise<RoleRow[]> {
    await this.mustExist(grant);
    const { table, column } = PLACES[grant.actor.kind];
    const query = this.database.getRepository(RoleRow).createQueryBuilder('r').orderBy('r.name');
    query.where(`r.id IN (SELECT role_id FROM ${table} WHERE ${column} = :actorId AND target_id = :targetId AND inherited = :inherited)`, {
      actorId: grant.actor.id,
      targetId: grant.target.id,
      inherited: grant.inherited,
    });
    return query.getMany();
  }

  private async mustExist({ actor, target }: Grant, roleId?: string): Promise<void> {
    await (actor.kind === 'user' ? this.of.users : this.of.groups).get(actor.id);
    const domainId = await this.domainOf(target);
    if (roleId === undefined) return;
    const role = await this.of.roles.get(roleId);
    if (role.domainId !== '' && role.domainId !== domainId)
      throw new CloudError('forbidden', `Role ${roleId} is of domain ${role.domainId}: ${target.kind} ${target.id} is not in it.`);
  }

  /** @throws CloudError `notFound` */
  private async domainOf({ kind, id }: Grant['target']): Promise<string | undefined> {
    if (kind === 'project') return (await this.of.projects.get(id)).domainId;
    return kind === 'domain' ? (await this.of.domains.get(id)).id : undefined;
  }
}

const PLACES = {
  user: { table: 'identity_role_assignments', column: 'user_id' },
  group: { table: 'identity_group_assignments', column: 'group_id' },
} as const;

const noSuchAssignment = ({ actor, target }: Omit<Grant, 'inherited'>, roleId: string): CloudError =>
  new CloudError(
    'notFound',
    `Could not find role assignment with role: ${roleId}, user or group: ${actor.id}, project, domain, or system: ${target.id}.`,
  );
