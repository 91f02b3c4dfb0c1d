import type { DataSource } from 'typeorm';
import { CloudError, isAdmin, type RequestContext } from '#domain';
import { readIn, type Sql } from '../api/index.js';
import { type ServersRepository, serverNotFound } from '../servers/servers.repository.js';
import type { DefaultGroup } from './default-group.js';
import { lockProject } from './networking-locks.js';
import { DEFAULT_GROUP, type GroupOfServer, type SecurityGroup } from './security-group.js';
import { listGroups } from './security-groups.repository.js';
import { membershipOf, membershipText } from './server-membership.js';

export interface ServerSecurityGroupsDeps {
  readonly dataSource: DataSource;
  readonly sql: Sql;
  readonly servers: Pick<ServersRepository, 'show'>;
  readonly defaults: DefaultGroup;
}

type Change = (groups: readonly GroupOfServer[], named: GroupOfServer) => readonly GroupOfServer[];

/** Which security groups a server is in. A server that asked for none is in its project's default group, and nothing is kept of it. */
export class ServerSecurityGroups {
  constructor(private readonly deps: ServerSecurityGroupsDeps) {}

  /**
   * What a new server keeps.
   * @param asked names or ids of groups of the caller's project
   * @returns null for the default group alone
   * @throws CloudError `invalid` for the first that there is not.
   */
  async forNewServer({ projectId }: RequestContext, asked: readonly string[]): Promise<readonly GroupOfServer[] | null> {
    if (asked.every(name => name === DEFAULT_GROUP)) return null;
    await this.deps.defaults.of(projectId);
    const groups = await listGroups(this.deps.sql.rows, { projectId });
    const found = asked.map(wanted => {
      const group = groups.find(isCalled(wanted));
      if (!group) throw new CloudError('invalid', notFoundText(wanted));
      return group;
    });
    return [...new Set(found)];
  }

  /** With their rules. @throws CloudError `notFound` when there is no such server. */
  async list(ctx: RequestContext, uuid: string): Promise<SecurityGroup[]> {
    const { projectId, securityGroupsJson } = await this.deps.servers.show(ctx, uuid);
    const groups = securityGroupsJson === null ? [await this.deps.defaults.of(projectId)] : membershipOf(securityGroupsJson);
    return listGroups(this.deps.sql.rows, { ids: groups.map(({ id }) => id) });
  }

  /** Once more changes nothing. @throws CloudError `notFound` for the server, or the group in its project. */
  add(ctx: RequestContext, uuid: string, name: string): Promise<void> {
    return this.change(ctx, uuid, name, (groups, named) => (groups.some(({ id }) => id === named.id) ? groups : [...groups, named]));
  }

  /** @throws CloudError `notFound` for the server, the group, or a group that the server is not in. */
  remove(ctx: RequestContext, uuid: string, name: string): Promise<void> {
    return this.change(ctx, uuid, name, (groups, named) => {
      const others = groups.filter(({ id }) => id !== named.id);
      if (others.length < groups.length) return others;
      throw new CloudError('notFound', `Security group ${named.id} not associated with the instance ${uuid}`);
    });
  }

  /** Under the lock of the project, so that no group is deleted while a server joins it. */
  private async change(ctx: RequestContext, uuid: string, name: string, change: Change): Promise<void> {
    const { projectId } = await this.deps.servers.show(ctx, uuid);
    if (projectId !== ctx.projectId && !isAdmin(ctx)) throw serverNotFound(uuid);
    const unasked = [await this.deps.defaults.of(projectId)];
    await this.deps.dataSource.transaction(async manager => {
      await lockProject(manager, projectId);
      const named = (await listGroups(readIn(manager), { projectId })).find(isCalled(name));
      if (!named) throw new CloudError('notFound', notFoundText(name));
      const [row]: { security_groups: string | null }[] = await manager.query(
        'SELECT security_groups FROM instances WHERE uuid = ? AND deleted_at IS NULL FOR UPDATE',
        [uuid],
      );
      if (!row) throw serverNotFound(uuid);
      const groups = change(row.security_groups === null ? unasked : membershipOf(row.security_groups), named);
      await manager.query('UPDATE instances SET security_groups = ? WHERE uuid = ?', [membershipText(groups), uuid]);
    });
  }
}

const isCalled =
  (wanted: string) =>
  ({ id, name }: GroupOfServer): boolean =>
    id === wanted || name === wanted;

const notFoundText = (wanted: string): string => `Security group ${wanted} not found.`;
