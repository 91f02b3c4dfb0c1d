import type { DataSource, EntityManager } from 'typeorm';
import { type Clock, CloudError, isAdmin, isUuid, type Random, type RequestContext, readsEverything } from '#domain';
import { isSqlError, readIn, type Sql } from '../api/index.js';
import type { DefaultGroup } from './default-group.js';
import { lockProject } from './networking-locks.js';
import type { Allowed } from './rule-of-body.js';
import { DEFAULT_GROUP, type SecurityGroup, type SecurityGroupRule } from './security-group.js';
import { findRule, insertGroup, insertRule, listGroups } from './security-groups.repository.js';
import { IN_GROUP, memberText } from './server-membership.js';

export interface SecurityGroupsDeps {
  readonly dataSource: DataSource;
  readonly sql: Sql;
  readonly clock: Clock;
  readonly random: Random;
  readonly defaults: DefaultGroup;
}

/** What a group is called, and what it is for. */
type Naming = Pick<SecurityGroup, 'name' | 'description'>;

/** Security groups and their rules, as records: nothing enforces them before there are networks. Errors are CloudErrors in Nova's words. */
export class SecurityGroupsService {
  constructor(private readonly deps: SecurityGroupsDeps) {}

  /** Of the caller's project, which gets its default group when it has none; or of all that have any. */
  async list({ projectId }: RequestContext, { allProjects }: { readonly allProjects: boolean }): Promise<SecurityGroup[]> {
    await this.deps.defaults.of(projectId);
    return listGroups(this.deps.sql.rows, { projectId: allProjects ? null : projectId });
  }

  /** @throws CloudError `notFound`; `invalid` for what is no id. */
  show(ctx: RequestContext, id: string): Promise<SecurityGroup> {
    return this.find(ctx, id, readsEverything(ctx));
  }

  /** @throws CloudError `invalid` for a name that is taken, `overLimit` over the quota. */
  async create(ctx: RequestContext, naming: Naming, limit: number): Promise<SecurityGroup> {
    const { projectId, userId } = ctx;
    await this.deps.defaults.of(projectId);
    const id = this.deps.random.uuid();
    await this.inProject(projectId, naming.name, async manager => {
      const [{ used }]: [{ used: string }] = await manager.query('SELECT COUNT(*) AS used FROM security_groups WHERE project_id = ?', [
        projectId,
      ]);
      if (limit >= 0 && Number(used) >= limit) throw new CloudError('overLimit', 'Quota exceeded, too many security groups.');
      await insertGroup(manager, { id, projectId, ...naming }, userId, this.deps.clock.now());
    });
    return this.show(ctx, id);
  }

  /** Its servers know it by the new name at once. @throws CloudError `notFound`; `invalid` for the default group, or a name that is taken. */
  async update(ctx: RequestContext, id: string, naming: Partial<Naming>): Promise<SecurityGroup> {
    const before = await this.changeable(ctx, id, 'update');
    const { name, description }: Naming = { ...before, ...naming };
    await this.inProject(before.projectId, name, async manager => {
      await manager.query('UPDATE security_groups SET name = ?, description = ? WHERE id = ?', [name, description, id]);
      if (name === before.name) return;
      await manager.query(`UPDATE instances SET security_groups = REPLACE(security_groups, ?, ?) WHERE ${IN_GROUP}`, [
        memberText(before),
        memberText({ id, name }),
        before.projectId,
        id,
      ]);
    });
    return this.show(ctx, id);
  }

  /** With the rules that let its members in elsewhere. @throws CloudError `notFound`; `invalid` for the default group, or one in use. */
  async delete(ctx: RequestContext, id: string): Promise<void> {
    const { projectId, name } = await this.changeable(ctx, id, 'delete');
    await this.inProject(projectId, name, async manager => {
      const [server]: unknown[] = await manager.query(`SELECT uuid FROM instances WHERE ${IN_GROUP} LIMIT 1`, [projectId, id]);
      if (server) throw new CloudError('invalid', `Security Group ${id} is still in use`);
      await manager.query('DELETE FROM security_group_rules WHERE group_id = ? OR peer_id = ?', [id, id]);
      await manager.query('DELETE FROM security_groups WHERE id = ?', [id]);
    });
  }

  /**
   * @param limit of rules in one group
   * @throws CloudError `notFound` for either group, `invalid` for a rule that the group has, `overLimit` over the quota.
   */
  async addRule(ctx: RequestContext, groupId: string, allowed: Allowed, limit: number): Promise<SecurityGroupRule> {
    const { projectId, name } = await this.find(ctx, groupId, isAdmin(ctx));
    if (allowed.peerId !== null) await this.find(ctx, allowed.peerId, isAdmin(ctx));
    const id = this.deps.random.uuid();
    await this.inProject(projectId, name, async manager => {
      const [group] = await listGroups(readIn(manager), { ids: [groupId] });
      if (!group) throw groupNotFound(groupId);
      if (group.rules.some(rule => isSame(rule, allowed))) throw new CloudError('invalid', `This rule already exists in group ${groupId}`);
      if (limit >= 0 && group.rules.length >= limit) throw new CloudError('overLimit', 'Quota exceeded, too many security group rules.');
      await insertRule(manager, { id, groupId, ...allowed }, this.deps.clock.now());
    });
    return this.rule(id);
  }

  /** @throws CloudError `notFound`; `invalid` for what is no id. */
  async deleteRule(ctx: RequestContext, id: string): Promise<void> {
    checkId(id);
    const { groupId } = await this.rule(id);
    await this.find(ctx, groupId, isAdmin(ctx)).catch(cause => {
      throw ruleNotFound(id, cause);
    });
    await this.deps.dataSource.query('DELETE FROM security_group_rules WHERE id = ?', [id]);
  }

  private async find({ projectId }: RequestContext, id: string, ofAnyProject: boolean): Promise<SecurityGroup> {
    checkId(id);
    const [group] = await listGroups(this.deps.sql.rows, { ids: [id] });
    if (!group || (group.projectId !== projectId && !ofAnyProject)) throw groupNotFound(id);
    return group;
  }

  private async rule(id: string): Promise<SecurityGroupRule> {
    const rule = await findRule(this.deps.sql.rows, id);
    if (!rule) throw ruleNotFound(id);
    return rule;
  }

  private async changeable(ctx: RequestContext, id: string, change: 'update' | 'delete'): Promise<SecurityGroup> {
    const group = await this.find(ctx, id, isAdmin(ctx));
    if (group.name === DEFAULT_GROUP) throw new CloudError('invalid', `Unable to ${change} system group '${DEFAULT_GROUP}'`);
    return group;
  }

  /** One change at a time in a project. */
  private async inProject(projectId: string, name: string, work: (manager: EntityManager) => Promise<void>): Promise<void> {
    try {
      await this.deps.dataSource.transaction(async manager => {
        await lockProject(manager, projectId);
        await work(manager);
      });
    } catch (error) {
      if (!isSqlError(error, 'ER_DUP_ENTRY')) throw error;
      throw new CloudError('invalid', `Security group ${name} already exists`, { cause: error });
    }
  }
}

const isSame = (one: Allowed, other: Allowed): boolean =>
  one.protocol === other.protocol &&
  one.fromPort === other.fromPort &&
  one.toPort === other.toPort &&
  one.cidr === other.cidr &&
  one.peerId === other.peerId;

/** Old clients count groups: a number is the id of a group that is not there. */
const checkId = (id: string): void => {
  if (!isUuid(id) && !/^\d*$/.test(id)) throw new CloudError('invalid', 'Security group id should be uuid');
};

const groupNotFound = (id: string): CloudError => new CloudError('notFound', `Security group ${id} not found.`);

const ruleNotFound = (id: string, cause?: unknown): CloudError =>
  new CloudError('notFound', `Security group rule ${id} not found.`, { cause });
