import type { DataSource } from 'typeorm';
import { ServerGroup } from '#contracts';
import { type Clock, CloudError, isAdmin, type Random, type RequestContext, readsEverything } from '#domain';
import { isSqlError, type Row, type Sql } from '../api/index.js';
import type { GroupPolicy } from './server-group.schemas.js';

export interface ServerGroupRecord {
  readonly uuid: string;
  readonly projectId: string;
  readonly userId: string;
  readonly name: string;
  readonly policy: GroupPolicy;
  /** Null when the user gave no rule. */
  readonly maxServerPerHost: number | null;
  /** Servers that are not deleted, in the order of their making. */
  readonly members: readonly string[];
}

export interface NewServerGroup extends Pick<ServerGroupRecord, 'name' | 'policy' | 'maxServerPerHost'> {}

export interface GroupsPage {
  readonly allProjects: boolean;
  readonly limit: number;
  readonly offset: number;
}

const COLUMNS = 'uuid, project_id, user_id, name, policy, max_server_per_host';
/** A deletion that meets placements of the group's servers may have to begin anew. */
const ATTEMPTS = 6;

/** Server groups of projects. What a group is never changes; who is in it the servers say. Errors are CloudErrors in Nova's words. */
export class ServerGroupsService {
  constructor(
    private readonly deps: { readonly dataSource: DataSource; readonly sql: Sql; readonly clock: Clock; readonly random: Random },
  ) {}

  /** @throws CloudError `notFound` when there is none, or it is another project's. */
  async show(ctx: RequestContext, uuid: string): Promise<ServerGroupRecord> {
    return (await this.withMembers([await this.find(ctx, uuid, readsEverything(ctx))]))[0]!;
  }

  async list(ctx: RequestContext, { allProjects, limit, offset }: GroupsPage): Promise<ServerGroupRecord[]> {
    const where = allProjects ? '' : 'WHERE project_id = ?';
    const values = [...(allProjects ? [] : [ctx.projectId]), limit, offset];
    return this.withMembers(await this.deps.sql.rows(`SELECT ${COLUMNS} FROM server_groups ${where} ORDER BY id LIMIT ? OFFSET ?`, values));
  }

  /** @throws CloudError `overLimit` when the project has as many as it may. */
  async create(ctx: RequestContext, group: NewServerGroup, limit: number): Promise<ServerGroupRecord> {
    const uuid = this.deps.random.uuid();
    await this.deps.dataSource.transaction(async manager => {
      // The row of the owner is what requests of one project queue up at: each counts after the one before it has committed.
      const owner = 'INSERT INTO server_group_owners (project_id) VALUES (?) ON DUPLICATE KEY UPDATE project_id = project_id';
      await manager.query(owner, [ctx.projectId]);
      const count = 'SELECT COUNT(*) AS used FROM server_groups WHERE project_id = ?';
      const [{ used }]: [{ used: string }] = await manager.query(count, [ctx.projectId]);
      if (limit >= 0 && Number(used) >= limit) throw new CloudError('overLimit', 'Quota exceeded, too many server groups.');
      await manager.query(`INSERT INTO server_groups (${COLUMNS}, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`, [
        uuid,
        ctx.projectId,
        ctx.userId,
        group.name,
        group.policy,
        group.maxServerPerHost,
        this.deps.clock.now(),
      ]);
    });
    return this.show(ctx, uuid);
  }

  /** Its servers live on, in no group. @throws CloudError `notFound` */
  async delete(ctx: RequestContext, uuid: string): Promise<void> {
    await this.find(ctx, uuid, isAdmin(ctx));
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.deleteOnce(uuid);
      } catch (error) {
        if (attempt >= ATTEMPTS || !isSqlError(error, 'ER_LOCK_DEADLOCK')) throw error;
        await this.deps.clock.sleep(attempt * 5);
      }
    }
  }

  /** What placement needs to know of the group that a request names. @throws CloudError `invalid` when there is no such group. */
  async forPlacement(ctx: RequestContext, uuid: string): Promise<ServerGroup> {
    const statement = 'SELECT policy, max_server_per_host, project_id FROM server_groups WHERE uuid = ?';
    const [row] = await this.deps.sql.rows(statement, [uuid]);
    if (!row || (row[2] !== ctx.projectId && !isAdmin(ctx))) throw new CloudError('invalid', groupNotFound(uuid).message);
    return ServerGroup.parse({ uuid, policy: row[0], maxServerPerHost: Number(row[1] ?? 1) });
  }

  private async find(ctx: RequestContext, uuid: string, anyProject: boolean): Promise<Row> {
    const [row] = await this.deps.sql.rows(`SELECT ${COLUMNS} FROM server_groups WHERE uuid = ?`, [uuid]);
    if (!row || (row[1] !== ctx.projectId && !anyProject)) throw groupNotFound(uuid);
    return row;
  }

  /** Under the lock that whoever places a member takes: a server is made in the group before this, or is refused. */
  private deleteOnce(uuid: string): Promise<void> {
    return this.deps.dataSource.transaction(async manager => {
      await manager.query('INSERT INTO placement_groups (uuid, deleted) VALUES (?, 1) ON DUPLICATE KEY UPDATE deleted = 1', [uuid]);
      await manager.query('DELETE FROM server_groups WHERE uuid = ?', [uuid]);
      await manager.query('UPDATE instances SET group_uuid = NULL WHERE group_uuid = ?', [uuid]);
    });
  }

  private async withMembers(rows: readonly Row[]): Promise<ServerGroupRecord[]> {
    if (rows.length === 0) return [];
    const statement =
      'SELECT group_uuid, uuid FROM instances WHERE group_uuid IN (?) AND deleted_at IS NULL ORDER BY created_at, launch_index, uuid';
    const members = new Map<string, string[]>(rows.map(([uuid]) => [String(uuid), []]));
    for (const [group, uuid] of await this.deps.sql.rows(statement, [[...members.keys()]])) members.get(String(group))?.push(String(uuid));
    return rows.map(row => recordOf(row, members.get(String(row[0])) ?? []));
  }
}

export const groupNotFound = (uuid: string): CloudError => new CloudError('notFound', `Instance group ${uuid} could not be found.`);

const recordOf = ([uuid, projectId, userId, name, policy, maxServerPerHost]: Row, members: readonly string[]): ServerGroupRecord => ({
  uuid: String(uuid),
  projectId: String(projectId),
  userId: String(userId),
  name: String(name),
  policy: ServerGroup.shape.policy.parse(policy),
  maxServerPerHost: maxServerPerHost === null ? null : Number(maxServerPerHost),
  members,
});
