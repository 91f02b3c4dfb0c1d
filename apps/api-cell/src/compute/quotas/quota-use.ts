import type { EntityManager } from 'typeorm';
import { readIn, type Sql } from '../api/index.js';

/** What a project, or one user in it, has taken. */
export interface QuotaUse {
  readonly instances: number;
  readonly cores: number;
  readonly ram: number;
  readonly server_groups: number;
}

const OF_PROJECT = 'SELECT SUM(instances), SUM(cores), SUM(ram_mb) FROM quota_usages WHERE project_id = ?';
/** Users have no sums of their own: what they have is counted from their servers. */
const OF_USER = `SELECT COUNT(*), SUM(JSON_VALUE(flavor, '$.vcpus')), SUM(JSON_VALUE(flavor, '$.memoryMb'))
  FROM instances WHERE project_id = ? AND user_id = ? AND deleted_at IS NULL`;

export const useOf = async (read: Sql['rows'], projectId: string, userId?: string): Promise<QuotaUse> => {
  const [owner, values] = userId === undefined ? ['project_id = ?', [projectId]] : ['project_id = ? AND user_id = ?', [projectId, userId]];
  const [[use], [groups]] = await Promise.all([
    read(userId === undefined ? OF_PROJECT : OF_USER, values),
    read(`SELECT COUNT(*) FROM server_groups WHERE ${owner}`, values),
  ]);
  const [instances, cores, ram] = [0, 1, 2].map(index => Number(use?.[index] ?? 0)) as [number, number, number];
  return { instances, cores, ram, server_groups: Number(groups?.[0] ?? 0) };
};

/** As `useOf`, under the lock that whoever makes a server in the project takes. */
export const lockUse = async (manager: EntityManager, projectId: string, userId?: string): Promise<QuotaUse> => {
  await manager.query('SELECT instances FROM quota_usages WHERE project_id = ? FOR UPDATE', [projectId]);
  return useOf(readIn(manager), projectId, userId);
};
