import {
  type Backlog,
  type CellCapacity,
  type CellMirror,
  type CellStore,
  type ChildRow,
  type ComparedRow,
  DECISIONS_KEPT_MS,
  DECISIONS_PER_INSTANCE,
  type DecisionRow,
  EmptyGroups,
  framesOf,
  type GlobalsRead,
  type HostPlace,
  type InstanceRow,
  isGivenBack,
  LEASE_MARGIN_MS,
  type Loaded,
  type Neighbour,
  OUTBOX_TAKEOVER_MS,
  type OutboxDepth,
  otherHostOf,
  type ParkedRow,
  type ServersIn,
  type StoredFrame,
  type UnitOfWork,
  type Wanted,
} from '#cell';
import type { BuildSpec, RangeDigest } from '#contracts';
import { type Clock, CloudError, type Random } from '#domain';
import { digestInstances, listCompared, outboxDepths } from './compared-rows.js';
import { listUnheardHosts } from './host-mirrors.js';
import { type Lock, loadFrom, reservedShapes } from './load-memory.js';
import type { MemoryDatabase } from './memory-database.js';
import { countParked, listParked } from './parked-rows.js';
import { saveTo } from './save-memory.js';

/** Where a transaction can be held up, or end with its process. */
export type Moment = 'before commit' | 'before sending';

export interface MemoryStoreParts {
  readonly database: MemoryDatabase;
  readonly clock: Clock;
  readonly random: Random;
  /** The root keeps its deleted servers: users may list them. */
  readonly top: boolean;
  /**
   * Called at each such moment of each transaction. Other transactions go on while it waits; when it never resolves, the process has
   * died there: before the commit all is lost, after it the frames stay in the outbox until their lease ends.
   */
  readonly pause?: (moment: Moment) => Promise<void>;
  /** Called as a transaction commits, before its rows are written: whoever watches sees what they replace. */
  readonly onCommit?: (work: UnitOfWork) => void;
  /** 7 days when left out. Groups without members go after an hour, or after this where it is shorter. */
  readonly tombstonesKeptMs?: number;
}

const MAX_ATTEMPTS = 12;
const HOUR_MS = 3_600_000;
const INBOX_KEPT_MS = HOUR_MS;
const TOMBSTONES_KEPT_MS = 7 * 24 * 3_600_000;

/** One process's view of a database in memory: what SqlCellStore is to MariaDB, held to the same contract. */
export class MemoryCellStore implements CellStore {
  protected readonly db: MemoryDatabase;
  private readonly listeners: ((frames: readonly StoredFrame[]) => void)[] = [];
  private readonly emptyGroups: EmptyGroups;

  constructor(private readonly parts: MemoryStoreParts) {
    this.db = parts.database;
    this.emptyGroups = new EmptyGroups(Math.min(HOUR_MS, parts.tombstonesKeptMs ?? HOUR_MS));
  }

  onFrames(listener: (frames: readonly StoredFrame[]) => void): void {
    this.listeners.push(listener);
  }

  async transact<T>(wanted: Wanted, work: (loaded: Loaded) => T): Promise<T> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const { work: tx, locks } = loadFrom(this.db, wanted, this.parts.clock.now());
      const frames = [...new Set(wanted.frames)];
      const seen = this.seenFrames(frames);
      const result = work({ work: tx, seen });
      await this.parts.pause?.('before commit');
      if (this.conflicts(tx, locks) || this.seenFrames(frames).size !== seen.size) continue;
      const outgoing = framesOf(tx.outbox.all(), () => this.parts.random.uuid());
      for (const id of frames) if (!seen.has(id)) this.db.inbox.set(id, tx.now);
      this.parts.onCommit?.(tx);
      saveTo(this.db, tx, outgoing);
      await this.parts.pause?.('before sending');
      if (outgoing.length) for (const listener of this.listeners) listener(outgoing);
      return result;
    }
    throw new CloudError('unavailable', 'the database is too busy');
  }

  protected seenFrames(ids: readonly string[]): ReadonlySet<string> {
    return new Set(ids.filter(id => this.db.inbox.has(id)));
  }

  /** Whether another transaction has changed what this one had locked, or a host that it claims on. */
  protected conflicts(tx: UnitOfWork, locks: readonly Lock[]): boolean {
    return locks.some(({ table, key, revision }) => table.revision(key) !== revision) || this.claimsConflict(tx);
  }

  protected claimsConflict(tx: UnitOfWork): boolean {
    const changed = tx.hosts.changes().some(({ before, after }) => {
      const now = this.db.hosts.get(after.host);
      return before ? before.generation !== after.generation && now?.generation !== before.generation : now !== undefined;
    });
    return changed || tx.hosts.removals().some(host => this.db.hosts.get(host)?.generation !== tx.hosts.former(host)?.generation);
  }

  async readCapacity(): Promise<CellCapacity> {
    return { hosts: this.db.hosts.sorted(), children: this.db.children.sorted(), reserved: reservedShapes(this.db.reservations.all()) };
  }

  async readChildren(): Promise<ChildRow[]> {
    return this.db.children.sorted();
  }

  async readMirrors(receivedSince: number): Promise<CellMirror[]> {
    return this.db.cellMirrors.sorted().filter(mirror => mirror.receivedAt >= receivedSince);
  }

  async readBacklog(): Promise<Backlog> {
    const { outbox, parked, workflows } = this.db;
    const outboxSince = [...outbox.values()].reduce<number | null>(
      (oldest, { writtenAt }) => Math.min(oldest ?? writtenAt, writtenAt),
      null,
    );
    return { outbox: outbox.size, parked: parked.length, workflows: workflows.all().length, outboxSince };
  }

  async readServersIn(children: readonly string[], listed: number): Promise<ServersIn[]> {
    return children.map(child => {
      const there = this.db.instances.sorted().filter(row => row.nextHop === child && row.deletedAt === null);
      return { child, count: there.length, uuids: there.slice(0, listed).map(row => row.uuid) };
    });
  }

  async noticeChildren(): Promise<void> {
    // Its tables are always asked.
  }

  async readGlobals(after: number): Promise<GlobalsRead> {
    return { version: this.db.globals.version, items: this.db.globals.items.filter(item => item.version > after) };
  }

  async listDueWorkflows(now: number, limit: number): Promise<string[]> {
    const due = this.db.workflows.all().filter(row => row.runAfter <= now);
    return due
      .sort((a, b) => a.runAfter - b.runAfter)
      .slice(0, limit)
      .map(row => row.subject);
  }

  async listOverdueReservations(now: number, limit: number): Promise<string[]> {
    const overdue = this.db.reservations.all().filter(row => row.expiresAt <= now && !row.countedFrom);
    return overdue
      .sort((a, b) => a.expiresAt - b.expiresAt)
      .slice(0, limit)
      .map(row => row.instanceUuid);
  }

  async listUnconfirmed(before: number, limit: number): Promise<string[]> {
    return this.db.instances
      .sorted()
      .filter(row => otherHostOf(row) !== null && row.vmState === 'resized' && row.taskState === null && row.updatedAt <= before)
      .slice(0, limit)
      .map(row => row.uuid);
  }

  async listInstancesOnHost(host: string): Promise<{ uuid: string; powerState: number; vmState: string }[]> {
    const here = this.db.instances.all().filter(row => row.host === host && row.deletedAt === null);
    return here.map(({ uuid, powerState, vmState }) => ({ uuid, powerState, vmState }));
  }

  async listStrangers(host: string, uuids: readonly string[]): Promise<{ uuid: string; epoch: number }[]> {
    const rows = [...new Set(uuids)].map(uuid => this.db.instances.get(uuid)).filter(row => row !== undefined);
    const moves = (row: InstanceRow) => otherHostOf(row) === host;
    return rows
      .filter(row => row.deletedAt !== null || (row.host !== host && !moves(row)))
      .map(row => ({ uuid: row.uuid, epoch: row.highestEpoch }));
  }

  async listUnheardHosts(graceMs: number, limit: number): Promise<HostPlace[]> {
    return listUnheardHosts(this.db, graceMs, limit);
  }

  async findInstance(uuid: string): Promise<{ nextHop: string | null; host: string | null; deletedAt: number | null } | undefined> {
    const row = this.db.instances.get(uuid);
    return row && { nextHop: row.nextHop, host: row.host, deletedAt: row.deletedAt };
  }

  async findSpec(uuid: string): Promise<BuildSpec | undefined> {
    return this.db.requestSpecs.get(uuid)?.spec;
  }

  async digestInstances(neighbour: Neighbour, ranges: readonly string[]): Promise<RangeDigest[]> {
    return digestInstances(this.db, neighbour, ranges);
  }

  async listCompared(neighbour: Neighbour, ranges: readonly string[]): Promise<(ComparedRow & { readonly updatedAt: number })[]> {
    return listCompared(this.db, neighbour, ranges);
  }

  async listParked(limit: number, marker?: string): Promise<ParkedRow[]> {
    return listParked(this.db, limit, marker);
  }

  async findParked(id: string): Promise<ParkedRow | undefined> {
    return this.db.parkedById.get(id);
  }

  async countParked(): Promise<{ count: number; oldestAt: number | null }> {
    return countParked(this.db);
  }

  async outboxDepths(): Promise<OutboxDepth[]> {
    return outboxDepths(this.db);
  }

  async listDecisions(uuids: readonly string[]): Promise<DecisionRow[]> {
    const asked = new Set(uuids);
    return this.db.decisions.filter(row => asked.has(row.instanceUuid)).slice(0, uuids.length * DECISIONS_PER_INSTANCE);
  }

  async listDecidedInstances(requestId: string, { after = '', limit }: { after?: string; limit: number }): Promise<string[]> {
    const decided = this.db.decisions.filter(row => row.requestId === requestId && row.instanceUuid > after);
    return [...new Set(decided.map(row => row.instanceUuid))].sort().slice(0, limit);
  }

  async readLease(name: string): Promise<number> {
    return this.db.leases.get(name)?.takenAt ?? 0;
  }

  async holdLease(name: string, owner: string, seconds: number): Promise<boolean> {
    const now = this.parts.clock.now();
    const held = this.db.leases.get(name);
    const isHeld = held !== undefined && held.heldUntil >= now && held.takenAt <= now + LEASE_MARGIN_MS;
    if (isHeld && held.owner !== owner) return false;
    this.db.leases.put(name, { owner, takenAt: now, heldUntil: now + seconds * 1000 });
    return true;
  }

  async takeOutbox(limit: number): Promise<StoredFrame[]> {
    const now = this.parts.clock.now();
    const waiting = [...this.db.outbox.values()].filter(row => row.leaseUntil <= now).slice(0, limit);
    for (const row of waiting) row.leaseUntil = now + OUTBOX_TAKEOVER_MS;
    return waiting.map(row => row.frame);
  }

  async deleteOutbox(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.db.outbox.delete(id);
  }

  async dropOutboxTo(child: string): Promise<void> {
    for (const [id, { frame }] of this.db.outbox) if (frame.destination === `child/${child}`) this.db.outbox.delete(id);
  }

  async prune(): Promise<number> {
    const now = this.parts.clock.now();
    const frames = [...this.db.inbox].filter(([, at]) => at < now - INBOX_KEPT_MS);
    for (const [id] of frames) this.db.inbox.delete(id);
    const decisions = this.db.decisions.length;
    this.db.decisions = this.db.decisions.filter(row => row.at >= now - DECISIONS_KEPT_MS);
    for (const { status, receivedAt } of this.db.cellMirrors.all())
      if (status.gone && receivedAt < now - TOMBSTONES_KEPT_MS) this.db.cellMirrors.delete(status.path);
    const { top, tombstonesKeptMs = TOMBSTONES_KEPT_MS } = this.parts;
    const tombstones = top
      ? []
      : this.db.instances.all().filter(row => (row.deletedAt ?? now) < now - tombstonesKeptMs || isForgotten(row, now));
    for (const { uuid } of tombstones) this.db.instances.delete(uuid);
    const used = new Set(this.db.instances.all().map(row => (row.deletedAt === null ? row.groupUuid : null)));
    const empty = this.db.groups.keys().filter(uuid => !used.has(uuid));
    const groups = this.emptyGroups.due(empty, now);
    for (const uuid of groups) this.db.groups.delete(uuid);
    return frames.length + (decisions - this.db.decisions.length) + tombstones.length + groups.length;
  }
}

const REJECTED_KEPT_MS = 24 * 3_600_000;

const isForgotten = (row: InstanceRow, now: number): boolean => isGivenBack(row) && row.updatedAt < now - REJECTED_KEPT_MS;
