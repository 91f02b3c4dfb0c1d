import type { DataSource, EntityManager } from 'typeorm';
import { type Clock, CloudError, type Random } from '#domain';
import { isSqlError, readIn, type Sql } from '../api/index.js';
import type { CellGateway } from '../cell-gateway.js';
import { lockGlobals, writeGlobals } from '../globals/write-globals.js';
import { type AggregateRecord, findAggregate, listAggregates, type Read } from './aggregates.repository.js';
import { type Change, checkZone } from './zone-rules.js';

export interface AggregatesServiceDeps {
  readonly dataSource: DataSource;
  readonly sql: Sql;
  readonly gateway: Pick<CellGateway, 'globalsChanged'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** Metadata to set; null removes a key. */
type MetadataChanges = Readonly<Record<string, string | null>>;

/**
 * Host aggregates. One change at a time in the whole cloud, so that a host never gets two zones; the cells learn of each in the
 * transaction that makes it. All errors are CloudErrors in Nova's words.
 */
export class AggregatesService {
  private readonly read: Read;

  constructor(private readonly deps: AggregatesServiceDeps) {
    this.read = (statement, values) => deps.sql.rows(statement, values);
  }

  list(): Promise<AggregateRecord[]> {
    return listAggregates(this.read);
  }

  /** @throws CloudError `notFound` */
  async show(id: number): Promise<AggregateRecord> {
    return found(await findAggregate(this.read, id), id);
  }

  /** @throws CloudError `conflict` for a name that is taken. */
  async create(name: string, zone: string | null): Promise<AggregateRecord> {
    const id = await this.change(name, async manager => {
      const metadata = zone === null ? {} : { availability_zone: zone };
      const { insertId }: { insertId: number } = await manager.query(
        'INSERT INTO aggregates (uuid, name, metadata, created_at) VALUES (?, ?, ?, ?)',
        [this.deps.random.uuid(), name, JSON.stringify(metadata), this.deps.clock.now()],
      );
      await this.publish(manager, insertId);
      return insertId;
    });
    return this.show(id);
  }

  /** A new name, a new zone, or both. @throws CloudError `conflict` for a name that is taken, `invalid` for a zone that may not be. */
  update(
    id: number,
    { name, zone }: { readonly name: string | undefined; readonly zone: string | null | undefined },
  ): Promise<AggregateRecord> {
    return this.changeOne(id, 'update', name ?? '', async (manager, aggregate) => {
      if (name !== undefined) await manager.query('UPDATE aggregates SET name = ? WHERE id = ?', [name, id]);
      await this.setMetadata(manager, aggregate, 'update', zone === undefined ? {} : { availability_zone: zone });
    });
  }

  /** @throws CloudError `invalid` for a zone that may not be. */
  updateMetadata(id: number, metadata: MetadataChanges): Promise<AggregateRecord> {
    return this.changeOne(id, 'update metadata of', '', (manager, aggregate) =>
      this.setMetadata(manager, aggregate, 'update metadata of', metadata),
    );
  }

  /** @throws CloudError `invalid` while it has hosts. */
  async delete(id: number): Promise<void> {
    await this.change('', async manager => {
      const { hosts } = found(await findAggregate(readIn(manager), id), id);
      if (hosts.length > 0) throw refused('invalid', 'delete', id, 'Host aggregate is not empty');
      await manager.query('DELETE FROM aggregates WHERE id = ?', [id]);
      await writeGlobals(manager, this.deps.clock.now(), [{ kind: 'aggregate', id: String(id), body: null }]);
    });
  }

  /** @throws CloudError `notFound` for a host that no cell has, `conflict` for one that is in it, or in another zone. */
  addHost(id: number, host: string): Promise<AggregateRecord> {
    return this.changeOne(id, 'add host to', '', async (manager, aggregate) => {
      if (!(await isKnown(manager, host))) throw new CloudError('notFound', `Host '${host}' is not mapped to any cell`);
      if (aggregate.hosts.includes(host)) throw new CloudError('conflict', `Aggregate ${id} already has host ${host}.`);
      const zone = aggregate.metadata.availability_zone;
      if (zone !== undefined) await this.checkZone(manager, aggregate, 'add host to', zone, [host]);
      await manager.query('INSERT INTO aggregate_hosts (aggregate_id, host) VALUES (?, ?)', [id, host]);
    });
  }

  /** A host that is gone from the cloud can still be taken out. @throws CloudError `notFound` for one that is not in it. */
  removeHost(id: number, host: string): Promise<AggregateRecord> {
    return this.changeOne(id, 'remove host from', '', async (manager, { hosts }) => {
      if (!hosts.includes(host)) throw new CloudError('notFound', `Aggregate ${id} has no host ${host}.`);
      await manager.query('DELETE FROM aggregate_hosts WHERE aggregate_id = ? AND host = ?', [id, host]);
    });
  }

  /** Out of every aggregate that it is in: its service was deleted. */
  async forgetHost(host: string): Promise<void> {
    const aggregates = (await this.list()).filter(({ hosts }) => hosts.includes(host));
    for (const { id } of aggregates) await this.removeHost(id, host);
  }

  private async setMetadata(manager: EntityManager, aggregate: AggregateRecord, change: Change, changes: MetadataChanges): Promise<void> {
    if (changes.availability_zone !== undefined)
      await this.checkZone(manager, aggregate, change, changes.availability_zone, aggregate.hosts);
    const kept = Object.entries({ ...aggregate.metadata, ...changes }).filter(([, value]) => value !== null);
    await manager.query('UPDATE aggregates SET metadata = ? WHERE id = ?', [JSON.stringify(Object.fromEntries(kept)), aggregate.id]);
  }

  private async checkZone(
    manager: EntityManager,
    aggregate: AggregateRecord,
    change: Change,
    zone: string | null,
    hosts: readonly string[],
  ): Promise<void> {
    const reason = await checkZone(readIn(manager), aggregate, change, zone, hosts);
    if (reason !== undefined) throw refused(change === 'add host to' ? 'conflict' : 'invalid', change, aggregate.id, reason);
  }

  private async changeOne(
    id: number,
    change: Change,
    name: string,
    work: (manager: EntityManager, aggregate: AggregateRecord) => Promise<void>,
  ): Promise<AggregateRecord> {
    await this.change(name, async manager => {
      await work(manager, found(await findAggregate(readIn(manager), id), id));
      // Nova leaves the time of the last update alone when hosts come and go.
      if (change !== 'add host to' && change !== 'remove host from')
        await manager.query('UPDATE aggregates SET updated_at = ? WHERE id = ?', [this.deps.clock.now(), id]);
      await this.publish(manager, id);
    });
    return this.show(id);
  }

  private async publish(manager: EntityManager, id: number): Promise<void> {
    const { name, hosts, metadata } = found(await findAggregate(readIn(manager), id), id);
    const body = { id, name, hosts: [...hosts], metadata: { ...metadata } };
    await writeGlobals(manager, this.deps.clock.now(), [{ kind: 'aggregate', id: String(id), body }]);
  }

  private async change<T>(name: string, work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const result = await this.deps.dataSource
      .transaction(async manager => {
        await lockGlobals(manager);
        return work(manager);
      })
      .catch(error => {
        if (!isSqlError(error, 'ER_DUP_ENTRY')) throw error;
        throw new CloudError('conflict', `Aggregate ${name} already exists.`, { cause: error });
      });
    await this.deps.gateway.globalsChanged();
    return result;
  }
}

const isKnown = async (manager: EntityManager, host: string): Promise<boolean> =>
  (await readIn(manager)('SELECT host FROM host_mirrors WHERE host = ? AND gone = 0', [host])).some(([name]) => name === host);

const found = (aggregate: AggregateRecord | undefined, id: number): AggregateRecord => {
  if (!aggregate) throw new CloudError('notFound', `Aggregate ${id} could not be found.`);
  return aggregate;
};

const refused = (kind: 'invalid' | 'conflict', change: Change | 'delete', id: number, reason: string): CloudError =>
  new CloudError(kind, `Cannot ${change} aggregate ${id}. Reason: ${reason}.`);
