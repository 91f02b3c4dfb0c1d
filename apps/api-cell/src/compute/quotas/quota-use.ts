import type { EntityManager } from 'typeorm';
import { COUNTED_SERVERS, USED_BY_SERVERS } from '#database';
import { readIn, type Sql } from '../api/index.js';

/** What a project, or one user in it, has taken. */
export interface QuotaUse {
  readonly instances: number;
  readonly cores: number;
  readonly ram: number;
  readonly server_groups: number;
  readonly security_groups: number;
  readonly floating_ips: number;
}

const OF_PROJECT = 'SELECT SUM(instances), SUM(cores), SUM(ram_mb) FROM quota_usages WHERE project_id = ?';
/** Users have no sums of their own: what they have is counted from their servers. */
const OF_USER = `SELECT ${USED_BY_SERVERS} FROM instances WHERE project_id = ? AND user_id = ? AND ${COUNTED_SERVERS}`;

/** What else is counted by its owner's rows, each in a table of its name. */
const RECORDS = ['server_groups', 'security_groups', 'floating_ips'] as const;

export const useOf = async (read: Sql['rows'], projectId: string, userId?: string): Promise<QuotaUse> => {
  const [owner, values] = userId === undefined ? ['project_id = ?', [projectId]] : ['project_id = ? AND user_id = ?', [projectId, userId]];
  const counts = RECORDS.map(table => `(SELECT COUNT(*) FROM ${table} WHERE ${owner}) AS ${table}`).join(', ');
  const [[use], [records]] = await Promise.all([
    read(userId === undefined ? OF_PROJECT : OF_USER, values),
    read(`SELECT ${counts}`, Array.from(RECORDS, () => values).flat()),
  ]);
  const [instances, cores, ram] = [0, 1, 2].map(index => Number(use?.[index] ?? 0)) as [number, number, number];
  const [serverGroups, securityGroups, floatingIps] = [0, 1, 2].map(index => Number(records?.[index] ?? 0)) as [number, number, number];
  return { instances, cores, ram, server_groups: serverGroups, security_groups: securityGroups, floating_ips: floatingIps };
};

/** As `useOf`, under the lock that whoever makes a server in the project takes. */
export const lockUse = async (manager: EntityManager, projectId: string, userId?: string): Promise<QuotaUse> => {
  await manager.query('SELECT instances FROM quota_usages WHERE project_id = ? FOR UPDATE', [projectId]);
  return useOf(readIn(manager), projectId, userId);
};
