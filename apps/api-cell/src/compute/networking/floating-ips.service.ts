import { isIPv4 } from 'node:net';
import type { DataSource, EntityManager } from 'typeorm';
import { type Clock, CloudError, isAdmin, isUuid, type Random, type RequestContext, readsEverything } from '#domain';
import type { Row, Sql } from '../api/index.js';
import { addressOf, type FloatingIpPool, numberOf } from './floating-ip-pools.js';
import { lockPool, lockProject } from './networking-locks.js';

export interface FloatingIp {
  readonly id: string;
  readonly projectId: string;
  readonly pool: string;
  /** `203.0.113.7` */
  readonly address: string;
}

export interface FloatingIpsDeps {
  readonly dataSource: DataSource;
  readonly sql: Sql;
  readonly clock: Clock;
  readonly random: Random;
  readonly pools: readonly FloatingIpPool[];
}

const SELECT = 'SELECT id, project_id, pool, address FROM floating_ips';
const FREE = `SELECT MIN(candidate) AS address FROM (SELECT ? AS candidate UNION ALL SELECT address + 1 FROM floating_ips WHERE pool = ?) AS next
  WHERE candidate BETWEEN ? AND ? AND NOT EXISTS (SELECT 1 FROM floating_ips taken WHERE taken.pool = ? AND taken.address = candidate)`;

/** Addresses that projects took from pools. Errors are CloudErrors in Nova's words. */
export class FloatingIpsService {
  constructor(private readonly deps: FloatingIpsDeps) {}

  /** Of the caller's project, in the order of their taking. */
  async list({ projectId }: RequestContext): Promise<FloatingIp[]> {
    return (await this.deps.sql.rows(`${SELECT} WHERE project_id = ? ORDER BY created_at, id`, [projectId])).map(floatingIpOf);
  }

  /** @throws CloudError `notFound` */
  async show(ctx: RequestContext, id: string): Promise<FloatingIp> {
    const [row] = isUuid(id) ? await this.deps.sql.rows(`${SELECT} WHERE id = ?`, [id]) : [];
    const found = row && floatingIpOf(row);
    if (!found || (found.projectId !== ctx.projectId && !readsEverything(ctx))) throw notFound(id);
    return found;
  }

  /** @throws CloudError `notFound` unless the caller's project has it. */
  async checkOwned({ projectId }: RequestContext, address: string): Promise<void> {
    const owned = 'SELECT 1 FROM floating_ips WHERE project_id = ? AND address = ?';
    const [row] = isIPv4(address) ? await this.deps.sql.rows(owned, [projectId, numberOf(address)]) : [];
    if (!row) throw new CloudError('notFound', 'floating IP not found');
  }

  /**
   * The lowest address of a pool that nobody has.
   * @param wanted the pool's name or id; undefined: the first one
   * @throws CloudError `notFound` for a pool that there is not, or that is empty; `overLimit` over the quota.
   */
  async allocate({ projectId, userId }: RequestContext, wanted: string | undefined, limit: number): Promise<FloatingIp> {
    const { pools, dataSource, random, clock } = this.deps;
    const pool = wanted === undefined ? pools[0] : pools.find(({ id, name }) => name === wanted || id === wanted);
    if (!pool) throw new CloudError('notFound', 'Floating IP pool not found.');
    const id = random.uuid();
    return dataSource.transaction(async manager => {
      await lockProject(manager, projectId);
      const [{ used }]: [{ used: string }] = await manager.query('SELECT COUNT(*) AS used FROM floating_ips WHERE project_id = ?', [
        projectId,
      ]);
      if (limit >= 0 && Number(used) >= limit) throw new CloudError('overLimit', `IP allocation over quota in pool ${pool.name}.`);
      await lockPool(manager, pool.name);
      const address = await freeIn(manager, pool);
      const columns = 'id, project_id, user_id, pool, address, created_at';
      await manager.query(`INSERT INTO floating_ips (${columns}) VALUES (?)`, [[id, projectId, userId, pool.name, address, clock.now()]]);
      return { id, projectId, pool: pool.name, address: addressOf(address) };
    });
  }

  /** @throws CloudError `notFound` */
  async release(ctx: RequestContext, id: string): Promise<void> {
    const { projectId } = await this.show(ctx, id);
    if (projectId !== ctx.projectId && !isAdmin(ctx)) throw notFound(id);
    await this.deps.dataSource.query('DELETE FROM floating_ips WHERE id = ?', [id]);
  }
}

const freeIn = async (manager: EntityManager, { name, first, last }: FloatingIpPool): Promise<number> => {
  const [{ address }]: [{ address: string | null }] = await manager.query(FREE, [first, name, first, last, name]);
  if (address === null) throw new CloudError('notFound', `No more floating IPs in pool ${name}.`);
  return Number(address);
};

const floatingIpOf = ([id, projectId, pool, address]: Row): FloatingIp => ({
  id: String(id),
  projectId: String(projectId),
  pool: String(pool),
  address: addressOf(Number(address)),
});

const notFound = (id: string): CloudError => new CloudError('notFound', `Floating IP not found for ID ${id}`);
