import type { DataSource, EntityManager } from 'typeorm';
import type { Row, Sql } from '../api/index.js';
import { isQuotaResource, QUOTA_DEFAULTS, type QuotaResource, type QuotaSet } from './quota-resources.js';

/** What a project has taken. */
export interface QuotaUse {
  readonly instances: number;
  readonly cores: number;
  readonly ram: number;
  readonly server_groups: number;
}

/** The one class that there is: its limits are the defaults of all projects. */
const DEFAULT_CLASS = 'default';

/** The limits of projects: what is configured, under what an administrator set for all, under what one project was given. */
export class QuotaLimitsService {
  private readonly configured: QuotaSet;

  constructor(private readonly deps: { readonly dataSource: DataSource; readonly sql: Sql; readonly configured?: Partial<QuotaSet> }) {
    this.configured = { ...QUOTA_DEFAULTS, ...deps.configured };
  }

  async of(projectId: string): Promise<QuotaSet> {
    const rows = await this.deps.sql.rows(
      `SELECT 0, resource, hard_limit FROM quota_class_limits WHERE class_name = ? UNION ALL
       SELECT 1, resource, hard_limit FROM quota_overrides WHERE project_id = ? ORDER BY 1`,
      [DEFAULT_CLASS, projectId],
    );
    return { ...this.configured, ...limitsOf(rows.map(([, resource, limit]) => [resource, limit])) };
  }

  async defaults(): Promise<QuotaSet> {
    const rows = await this.deps.sql.rows('SELECT resource, hard_limit FROM quota_class_limits WHERE class_name = ?', [DEFAULT_CLASS]);
    return { ...this.configured, ...limitsOf(rows) };
  }

  async useOf(projectId: string): Promise<QuotaUse> {
    const [row] = await this.deps.sql.rows(
      `SELECT SUM(instances), SUM(cores), SUM(ram_mb), (SELECT COUNT(*) FROM server_groups WHERE project_id = ?)
       FROM quota_usages WHERE project_id = ?`,
      [projectId, projectId],
    );
    const [instances, cores, ram, groups] = (row ?? []).map(value => Number(value ?? 0));
    return { instances: instances ?? 0, cores: cores ?? 0, ram: ram ?? 0, server_groups: groups ?? 0 };
  }

  /** @param check sees the use under a lock, so that no server is made between the check and the change; it throws to refuse. */
  async override(projectId: string, limits: Partial<QuotaSet>, check: (use: Omit<QuotaUse, 'server_groups'>) => void): Promise<void> {
    await this.deps.dataSource.transaction(async manager => {
      check(await lockUse(manager, projectId));
      await upsert(manager, 'quota_overrides', 'project_id', projectId, limits);
    });
  }

  async reset(projectId: string): Promise<void> {
    await this.deps.dataSource.query('DELETE FROM quota_overrides WHERE project_id = ?', [projectId]);
  }

  async setDefaults(limits: Partial<QuotaSet>): Promise<void> {
    await this.deps.dataSource.transaction(manager => upsert(manager, 'quota_class_limits', 'class_name', DEFAULT_CLASS, limits));
  }
}

const limitsOf = (rows: readonly Row[]): Partial<QuotaSet> => {
  const limits: Partial<Record<QuotaResource, number>> = {};
  for (const [resource, limit] of rows) if (typeof resource === 'string' && isQuotaResource(resource)) limits[resource] = Number(limit);
  return limits;
};

const lockUse = async (manager: EntityManager, projectId: string): Promise<Omit<QuotaUse, 'server_groups'>> => {
  const [row]: { instances: number; cores: number; ram_mb: string }[] = await manager.query(
    'SELECT instances, cores, ram_mb FROM quota_usages WHERE project_id = ? FOR UPDATE',
    [projectId],
  );
  return { instances: row?.instances ?? 0, cores: row?.cores ?? 0, ram: Number(row?.ram_mb ?? 0) };
};

const upsert = async (
  manager: EntityManager,
  table: string,
  ownerColumn: string,
  owner: string,
  limits: Partial<QuotaSet>,
): Promise<void> => {
  const rows = Object.entries(limits).map(([resource, limit]) => [owner, resource, limit]);
  if (rows.length === 0) return;
  await manager.query(
    `INSERT INTO ${table} (${ownerColumn}, resource, hard_limit) VALUES ? ON DUPLICATE KEY UPDATE hard_limit = VALUES(hard_limit)`,
    [rows],
  );
};
