import type { DataSource, EntityManager } from 'typeorm';
import type { Row, Sql } from '../api/index.js';
import type { QuotaLimits } from '../cell-gateway.js';
import { isQuotaResource, QUOTA_DEFAULTS, type QuotaResource, type QuotaSet, serverLimits } from './quota-resources.js';
import { lockUse, type QuotaUse, useOf } from './quota-use.js';

/** The limits of one user in a project. */
export interface EffectiveLimits {
  readonly project: QuotaSet;
  /** The project's, under what the user was given. */
  readonly effective: QuotaSet;
  /** Whether the user was given any. */
  readonly hasOwn: boolean;
}

/** As the tree of cells takes them with an order. */
export const orderLimits = ({ project, effective, hasOwn }: EffectiveLimits): QuotaLimits => ({
  ...serverLimits(project),
  groupMembers: effective.server_group_members,
  ...(hasOwn && { user: serverLimits(effective) }),
});

/** Whose limits are changed: a project's, or those of one user in it. */
export interface QuotaOwner {
  readonly projectId: string;
  readonly userId?: string | undefined;
}

/** The one class whose limits mean something: they are the defaults of all projects. */
export const DEFAULT_CLASS = 'default';

const CLASS = 'SELECT 0, resource, hard_limit FROM quota_class_limits WHERE class_name = ?';
const PROJECT = 'SELECT 1, resource, hard_limit FROM quota_overrides WHERE project_id = ?';
const USER = 'SELECT 2, resource, hard_limit FROM quota_user_overrides WHERE project_id = ? AND user_id = ?';

/** The limits of projects: what is configured, under what an administrator set for all, under what one project, or one user in it, was given. */
export class QuotaLimitsService {
  private readonly configured: QuotaSet;

  constructor(private readonly deps: { readonly dataSource: DataSource; readonly sql: Sql; readonly configured?: Partial<QuotaSet> }) {
    this.configured = { ...QUOTA_DEFAULTS, ...deps.configured };
  }

  async of(projectId: string): Promise<QuotaSet> {
    const rows = await this.deps.sql.rows(`${CLASS} UNION ALL ${PROJECT} ORDER BY 1`, [DEFAULT_CLASS, projectId]);
    return { ...this.configured, ...limitsOf(rows) };
  }

  async forUser(projectId: string, userId: string): Promise<EffectiveLimits> {
    const values = [DEFAULT_CLASS, projectId, projectId, userId];
    const rows = await this.deps.sql.rows(`${CLASS} UNION ALL ${PROJECT} UNION ALL ${USER} ORDER BY 1`, values);
    const own = rows.filter(([level]) => Number(level) === 2);
    const project = { ...this.configured, ...limitsOf(rows.filter(([level]) => Number(level) < 2)) };
    return { project, effective: { ...project, ...limitsOf(own) }, hasOwn: own.length > 0 };
  }

  /** The limits of a class; those of every class but `default` are kept, and mean nothing, as in Nova. */
  async ofClass(name = DEFAULT_CLASS): Promise<QuotaSet> {
    return { ...this.configured, ...limitsOf(await this.deps.sql.rows(CLASS, [name])) };
  }

  /** Of a project, or of one user in it. */
  useOf(projectId: string, userId?: string): Promise<QuotaUse> {
    return useOf(this.deps.sql.rows, projectId, userId);
  }

  /** @param check sees the use under a lock, so that no server is made between the check and the change; it throws to refuse. */
  async override({ projectId, userId }: QuotaOwner, limits: Partial<QuotaSet>, check: (use: QuotaUse) => void): Promise<void> {
    await this.deps.dataSource.transaction(async manager => {
      check(await lockUse(manager, projectId, userId));
      if (userId === undefined) await upsert(manager, 'quota_overrides', { project_id: projectId }, limits);
      else await upsert(manager, 'quota_user_overrides', { project_id: projectId, user_id: userId }, limits);
    });
  }

  /** Back to the defaults: the project with all its users, or one of them to what the project has. */
  async reset({ projectId, userId }: QuotaOwner): Promise<void> {
    await this.deps.dataSource.transaction(async manager => {
      const [ofUser, values] = userId === undefined ? ['', [projectId]] : [' AND user_id = ?', [projectId, userId]];
      await manager.query(`DELETE FROM quota_user_overrides WHERE project_id = ?${ofUser}`, values);
      if (userId === undefined) await manager.query('DELETE FROM quota_overrides WHERE project_id = ?', [projectId]);
    });
  }

  async setClass(name: string, limits: Partial<QuotaSet>): Promise<void> {
    await this.deps.dataSource.transaction(manager => upsert(manager, 'quota_class_limits', { class_name: name }, limits));
  }
}

/** Of rows whose last columns are resource and limit; a later one replaces an earlier one. */
const limitsOf = (rows: readonly Row[]): Partial<QuotaSet> => {
  const limits: Partial<Record<QuotaResource, number>> = {};
  for (const [, resource, limit] of rows) if (typeof resource === 'string' && isQuotaResource(resource)) limits[resource] = Number(limit);
  return limits;
};

const upsert = async (
  manager: EntityManager,
  table: string,
  owner: Readonly<Record<string, string>>,
  limits: Partial<QuotaSet>,
): Promise<void> => {
  const rows = Object.entries(limits).map(([resource, limit]) => [...Object.values(owner), resource, limit]);
  if (rows.length === 0) return;
  await manager.query(
    `INSERT INTO ${table} (${Object.keys(owner).join(', ')}, resource, hard_limit) VALUES ?
     ON DUPLICATE KEY UPDATE hard_limit = VALUES(hard_limit)`,
    [rows],
  );
};
