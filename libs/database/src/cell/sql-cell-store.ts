import type { DataSource } from 'typeorm';
import {
  type Backlog,
  type CellCapacity,
  type CellMirror,
  type CellStore,
  type ChildRow,
  type ComparedRow,
  type DecisionRow,
  type GlobalsRead,
  type HostPlace,
  type Loaded,
  type Neighbour,
  type OutboxDepth,
  type ParkedRow,
  type ServersIn,
  type StoredFrame,
  type UnitOfWork,
  type Wanted,
} from '#cell';
import type { BuildSpec, RangeDigest } from '#contracts';
import { type Clock, CloudError } from '#domain';
import { readCellMirrors } from './cell-mirrors.js';
import { ChildRows } from './child-rows.js';
import { globalItemFromRaw, hostFromRaw, type Raw } from './codecs/index.js';
import { isConflict, isLost } from './conflict.js';
import { listDecidedInstances, listDecisions } from './decisions.js';
import { listUnheardHosts } from './host-mirrors.js';
import {
  findInstance,
  findSpec,
  type GuestWanted,
  type InstanceWhereabouts,
  listInstancesOnHost,
  listStrangers,
  listUnconfirmed,
  listUuids,
  readServersIn,
} from './instance-reads.js';
import { holdLease, readLease } from './leases.js';
import { load, makePlacementLock, readReserved } from './loading.js';
import { takeOutbox } from './outbox.js';
import { countParked, findParked, listParked } from './parked.js';
import { Pruning } from './pruning.js';
import { digestInstances, listCompared, outboxDepths } from './row-digests.js';
import { deleteByKey, execute, type Sql, select, sqlOf } from './sql.js';
import { store } from './storing.js';
import type { CellTables } from './tables.js';
import { Transaction } from './transaction.js';

/** A transaction that meets others so often has found a fault, not bad luck. */
const MAX_ATTEMPTS = 12;

interface Attempted<T> {
  readonly result: T;
  readonly frames: StoredFrame[];
  readonly work: UnitOfWork;
}

/** A cell's store in MariaDB, or another server that speaks its protocol. */
export class SqlCellStore implements CellStore {
  private readonly sql: Sql;
  private readonly children = new ChildRows();
  private placementLockMade = false;
  private readonly pruning: Pruning;
  private readonly tables: { -readonly [K in keyof CellTables]: CellTables[K] };
  private readonly listeners: ((frames: readonly StoredFrame[]) => void)[] = [];

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    tables: CellTables,
  ) {
    this.sql = sqlOf(dataSource);
    this.pruning = new Pruning(this.sql);
    this.tables = { ...tables };
  }

  onFrames(listener: (frames: readonly StoredFrame[]) => void): void {
    this.listeners.push(listener);
  }

  async transact<T>(wanted: Wanted, work: (loaded: Loaded) => T): Promise<T> {
    if (wanted.fromChild || wanted.joins?.length) this.tables.children = true;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { result, frames, work: done } = await this.attempt(wanted, work, attempt);
        this.children.written(done.children.changes().map(({ after }) => after));
        if (frames.length) for (const listener of this.listeners) listener(frames);
        return result;
      } catch (error) {
        if (isLost(error)) throw new CloudError('unavailable', 'the database does not answer', { cause: error });
        if (!isConflict(error)) throw error;
        if (attempt >= MAX_ATTEMPTS)
          throw new CloudError('unavailable', 'the database is too busy', { cause: error, context: { attempts: attempt } });
        await this.clock.sleep(attempt * 3);
      }
    }
  }

  private async attempt<T>(wanted: Wanted, work: (loaded: Loaded) => T, attempt: number): Promise<Attempted<T>> {
    if (wanted.placement && this.tables.children && (attempt > 1 || !this.placementLockMade)) {
      await makePlacementLock(this.sql);
      this.placementLockMade = true;
    }
    return Transaction.run(this.dataSource, async tx => {
      const loaded = await load(tx, wanted, { tables: this.tables, children: this.children }, { now: this.clock.now(), attempt });
      const result = work(loaded);
      return { result, frames: store(tx, loaded.work, this.tables), work: loaded.work };
    });
  }

  async readCapacity(): Promise<CellCapacity> {
    const hosts = this.tables.hosts ? (await select<Raw>(this.sql, 'SELECT * FROM hosts')).map(hostFromRaw) : [];
    if (!this.tables.children) return { hosts, children: [], reserved: [] };
    return { hosts, children: await this.readChildren(), reserved: await readReserved(this.sql) };
  }

  async readChildren(): Promise<ChildRow[]> {
    if (!this.tables.children) return [];
    return this.children.withReports(this.sql, await select(this.sql, `${ChildRows.SELECT} ORDER BY name`));
  }

  async readMirrors(receivedSince: number): Promise<CellMirror[]> {
    return this.tables.children ? readCellMirrors(this.sql, receivedSince) : [];
  }

  async readBacklog(): Promise<Backlog> {
    const counts = ['outbox', 'parked_messages', 'workflows'].map(table => `(SELECT COUNT(*) FROM ${table})`);
    // Frames of a release that did not note when it wrote them tell nothing.
    const since = '(SELECT MIN(NULLIF(written_at, 0)) FROM outbox)';
    const columns = `${counts[0]} AS outbox, ${counts[1]} AS parked, ${counts[2]} AS workflows, ${since} AS outboxSince`;
    const [row] = await select<Backlog>(this.sql, `SELECT ${columns}`);
    return { outbox: row?.outbox ?? 0, parked: row?.parked ?? 0, workflows: row?.workflows ?? 0, outboxSince: row?.outboxSince ?? null };
  }

  async readServersIn(children: readonly string[], listed: number): Promise<ServersIn[]> {
    return this.tables.children ? readServersIn(this.sql, children, listed) : [];
  }

  async noticeChildren(): Promise<void> {
    if (this.tables.children) return;
    this.tables.children = (await select(this.sql, 'SELECT 1 FROM child_cells LIMIT 1')).length > 0;
  }

  async readGlobals(after: number): Promise<GlobalsRead> {
    const [row] = await select<{ version: number }>(this.sql, 'SELECT version FROM cell_globals WHERE id = 1');
    const version = Number(row?.version ?? 0);
    if (version <= after) return { version, items: [] };
    const statement = 'SELECT kind, id, version, body FROM global_items WHERE version > ? ORDER BY version';
    return { version, items: (await select<Raw>(this.sql, statement, [after])).map(globalItemFromRaw) };
  }

  async listDueWorkflows(now: number, limit: number): Promise<string[]> {
    if (!this.tables.hosts) return [];
    return listUuids(this.sql, 'SELECT subject AS uuid FROM workflows WHERE run_after <= ? ORDER BY run_after LIMIT ?', [now, limit]);
  }

  async listOverdueReservations(now: number, limit: number): Promise<string[]> {
    if (!this.tables.children) return [];
    const statement =
      'SELECT instance_uuid AS uuid FROM reservations WHERE expires_at <= ? AND counted_from IS NULL ORDER BY expires_at LIMIT ?';
    return listUuids(this.sql, statement, [now, limit]);
  }

  listUnconfirmed(before: number, limit: number): Promise<string[]> {
    return listUnconfirmed(this.sql, before, limit);
  }

  listInstancesOnHost(host: string): Promise<GuestWanted[]> {
    return listInstancesOnHost(this.sql, host);
  }

  listStrangers(host: string, uuids: readonly string[]): Promise<{ uuid: string; epoch: number }[]> {
    return listStrangers(this.sql, host, uuids);
  }

  listUnheardHosts(graceMs: number, limit: number): Promise<HostPlace[]> {
    return listUnheardHosts(this.sql, graceMs, limit);
  }

  findInstance(uuid: string): Promise<InstanceWhereabouts | undefined> {
    return findInstance(this.sql, uuid);
  }

  findSpec(uuid: string): Promise<BuildSpec | undefined> {
    return findSpec(this.sql, uuid);
  }

  digestInstances(neighbour: Neighbour, ranges: readonly string[]): Promise<RangeDigest[]> {
    return digestInstances(this.sql, neighbour, ranges);
  }

  listCompared(neighbour: Neighbour, ranges: readonly string[]): Promise<(ComparedRow & { readonly updatedAt: number })[]> {
    return listCompared(this.sql, neighbour, ranges);
  }

  listParked(limit: number, marker?: string): Promise<ParkedRow[]> {
    return listParked(this.sql, limit, marker);
  }

  findParked(id: string): Promise<ParkedRow | undefined> {
    return findParked(this.sql, id);
  }

  countParked(): Promise<{ count: number; oldestAt: number | null }> {
    return countParked(this.sql);
  }

  outboxDepths(): Promise<OutboxDepth[]> {
    return outboxDepths(this.sql);
  }

  listDecisions(uuids: readonly string[]): Promise<DecisionRow[]> {
    return listDecisions(this.sql, uuids);
  }

  listDecidedInstances(requestId: string, page: { readonly after?: string; readonly limit: number }): Promise<string[]> {
    return listDecidedInstances(this.sql, requestId, page);
  }

  readLease(name: string): Promise<number> {
    return readLease(this.sql, name);
  }

  holdLease(name: string, owner: string, seconds: number): Promise<boolean> {
    return holdLease(this.sql, { name, owner, seconds, now: this.clock.now() });
  }

  takeOutbox(limit: number): Promise<StoredFrame[]> {
    return takeOutbox(this.dataSource, this.clock.now(), limit);
  }

  deleteOutbox(ids: readonly string[]): Promise<void> {
    return deleteByKey(this.sql, 'outbox', 'id', ids);
  }

  async dropOutboxTo(child: string): Promise<void> {
    await execute(this.sql, 'DELETE FROM outbox WHERE destination = ?', [`child/${child}`]);
  }

  prune(): Promise<number> {
    return this.pruning.run(this.tables, this.clock.now());
  }
}
