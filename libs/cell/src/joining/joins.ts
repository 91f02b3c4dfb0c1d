import { type CellName, CloudError, childPath } from '#domain';
import type { Builds } from '../builds.js';
import type { Cell } from '../cell.js';
import type { GlobalsCache } from '../globals.js';
import { type ChildRow, newChild } from '../rows.js';
import { goneMirrors } from '../status/cell-mirror.js';
import type { CellStore } from '../store.js';
import type { UnitOfWork } from '../unit-of-work.js';
import type { BrokerDoor } from './broker-door.js';
import { freshJoin, type JoinRow } from './join-row.js';

export interface JoinsParts {
  readonly cell: Cell;
  readonly store: CellStore;
  readonly broker: BrokerDoor;
  readonly builds: Builds;
  readonly globals: GlobalsCache;
}

/** What the machine shows that wants to be the cell. */
export interface Proof {
  readonly name: string;
  readonly tokenHash: string;
  readonly passwordHash: string;
}

/** Servers of a cell that is removed by force are given up so many at a time. */
const GIVEN_UP_TOGETHER = 100;

/**
 * How cells come below this one and go, while everything runs.
 *
 * The operator's `create` makes a place and a token; the machine's `redeem` makes the account that opens this cell's broker to it; its
 * `complete` ends it. Each may run twice: what came before is found. The token opens once, but the answer to the machine may be lost:
 * so the first machine that comes is known by the hash of the password that it made for itself, and is answered again, while any
 * other is refused. The broker is no part of a transaction. What is made there comes before the row that speaks of it, and goes
 * before that row goes; what a crash leaves over harms nobody, and the next run finds it.
 */
export class Joins {
  constructor(private readonly parts: JoinsParts) {}

  /** @throws CloudError `conflict` when there is such a cell, or this one was not told how accounts are made. */
  async create(name: string, token: { hash: string; expiresAt: number }, weightOffset: number | undefined): Promise<ChildRow> {
    const { broker, store, cell } = this.parts;
    broker.checkAccounts();
    if (token.expiresAt <= cell.clock.now()) throw new CloudError('invalid', 'the token would have expired already');
    await broker.declareQueue(name);
    return store.transact({ children: [name], joins: [name] }, ({ work }) => {
      const known = work.children.get(name);
      const join = work.joins.get(name);
      if (known && !(join && isUnderWay(join))) throw new CloudError('conflict', `Cell ${this.pathOf(name)} exists already.`);
      const child: ChildRow = {
        ...(known ?? { ...newChild(name), enabled: false }),
        ...(weightOffset === undefined ? {} : { weightOffset }),
      };
      work.children.put(child);
      work.joins.put(freshJoin(name, token.hash, token.expiresAt));
      return child;
    });
  }

  /** @returns the address of this cell's broker with the child's user name, and without its password. */
  async redeem(proof: Proof): Promise<string> {
    const { broker, store, cell } = this.parts;
    broker.checkAccounts();
    const user = broker.userOf(proof.name);
    await store.transact({ joins: [proof.name] }, ({ work }) => {
      const join = this.proven(work, proof);
      if (join.passwordHash === null) work.joins.put({ ...join, account: user, passwordHash: proof.passwordHash, redeemedAt: work.now });
    });
    await broker.declareQueue(proof.name);
    await broker.ensureAccount(proof.name, proof.passwordHash);
    cell.log.info('join token redeemed', { child: proof.name, account: user });
    const url = new URL(broker.address);
    url.username = encodeURIComponent(user);
    return url.href;
  }

  /** @returns what is still waited for; undefined when it is in the tree. */
  async complete(proof: Proof, { enable }: { enable: boolean }): Promise<string | undefined> {
    const { store, cell, globals } = this.parts;
    await globals.load();
    return store.transact({ children: [proof.name], joins: [proof.name] }, ({ work }) => {
      const join = this.proven(work, proof);
      const child = work.children.get(proof.name);
      if (!child || join.redeemedAt === null) throw refused(proof.name);
      if (join.joinedAt !== null) return undefined;
      if (!child.report || child.lastSeenAt < join.redeemedAt) return 'its first report';
      if (child.report.globalsVersion < globals.current.version) return 'the flavors to reach it';
      work.joins.put({ ...join, joinedAt: work.now });
      if (enable) work.children.put({ ...child, enabled: true });
      cell.log.info('cell joined', { child: proof.name, enabled: enable });
      return undefined;
    });
  }

  /** @throws CloudError `conflict` with their number while it has servers, unless forced; `notFound`. */
  async remove(
    name: string,
    { force, requestId }: { force: boolean; requestId: string },
  ): Promise<{ servers: number; left: string | null }> {
    const { store, broker, cell } = this.parts;
    const before = await this.close(name);
    const servers = (await store.readServersIn([name], 0))[0]?.count ?? 0;
    if (!before.child && servers === 0) throw new CloudError('notFound', `Cell ${this.pathOf(name)} could not be found.`);
    if (servers > 0 && !force) {
      if (before.child?.enabled) await this.reopen(name);
      const have = servers === 1 ? 'is 1 server' : `are ${servers} servers`;
      throw new CloudError('conflict', `Cell ${this.pathOf(name)} cannot be removed: there ${have} in it.`);
    }
    if (before.account) await broker.removeAccount(before.account);
    await broker.removeQueue(name);
    const mirrors = await store.readMirrors(0);
    await store.transact({ children: [name], joins: [name] }, ({ work }) => {
      work.children.remove(name);
      for (const mirror of goneMirrors(mirrors, childPath(cell.path, name as CellName), work.now)) work.cellMirrors.add(mirror);
      work.joins.put({ ...freshJoin(name, '', 0), tokenHash: null, account: before.account, removedAt: work.now });
    });
    await store.dropOutboxTo(name);
    await this.giveUpServers(name, requestId);
    cell.log.warn('cell removed', { child: name, servers, forced: force, requestId });
    const left = before.account ? null : `the account of ${name} on the broker of ${cell.path} was made by hand: remove it there`;
    return { servers, left };
  }

  /** Nothing new goes there from here on: a placement that is under way ends first, and the next one finds the child disabled. */
  private close(name: string): Promise<{ child: ChildRow | undefined; account: string | null }> {
    return this.parts.store.transact({ children: [name], joins: [name], placement: true }, ({ work }) => {
      const child = work.children.get(name);
      if (child?.enabled) work.children.put({ ...child, enabled: false });
      return { child, account: work.joins.get(name)?.account ?? null };
    });
  }

  private reopen(name: string): Promise<void> {
    return this.parts.store.transact({ children: [name] }, ({ work }) => {
      const child = work.children.get(name);
      if (child) work.children.put({ ...child, enabled: true });
    });
  }

  private async giveUpServers(name: string, requestId: string): Promise<void> {
    const { store, builds } = this.parts;
    const reason = `cell ${this.pathOf(name)}, which had this server, was taken out of the tree by force`;
    for (;;) {
      const uuids = (await store.readServersIn([name], GIVEN_UP_TOGETHER))[0]?.uuids ?? [];
      if (uuids.length === 0) return;
      await store.transact({ instances: uuids, requestSpecs: uuids }, ({ work }) => {
        for (const uuid of uuids) {
          const row = work.instances.get(uuid);
          if (row?.nextHop === name && !row.deletedAt) builds.giveUp(work, row, reason, requestId);
        }
      });
    }
  }

  private pathOf(name: string): string {
    return childPath(this.parts.cell.path, name as CellName);
  }

  /** @throws CloudError `forbidden`, `conflict`: whether the cell exists is not told to who has no token. */
  private proven(work: UnitOfWork, { name, tokenHash, passwordHash }: Proof): JoinRow {
    const join = work.joins.get(name);
    if (!join || join.tokenHash !== tokenHash) throw refused(name);
    if (join.passwordHash !== null && join.passwordHash !== passwordHash)
      throw new CloudError('conflict', 'This join token has been used by another machine: make a new one with canopy cell create.');
    if (join.passwordHash === null && join.expiresAt <= work.now)
      throw new CloudError('forbidden', 'This join token has expired: make a new one with canopy cell create.');
    return join;
  }
}

const isUnderWay = (join: JoinRow): boolean => join.removedAt === null && join.joinedAt === null;

const refused = (name: string): CloudError =>
  new CloudError('forbidden', `This join token does not open cell '${name}': make a new one with canopy cell create.`);
