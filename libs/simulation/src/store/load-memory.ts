import {
  chargeOf,
  type GroupRow,
  type InstanceRow,
  NO_USE,
  plus,
  type QuotaUsage,
  type ReservationRow,
  type ReservedShape,
  UnitOfWork,
  type UserInProject,
  userQuotaKey,
  type Wanted,
} from '#cell';
import { shapeKey } from '#domain';
import type { MemoryDatabase, MemoryTable } from './memory-database.js';

/** A row that a transaction locked, and what it was like then. */
export interface Lock {
  readonly table: MemoryTable<unknown>;
  readonly key: string;
  readonly revision: number;
}

export interface Snapshot {
  readonly work: UnitOfWork;
  readonly locks: readonly Lock[];
}

/**
 * What SqlCellStore's `load` gives. Where that one locks, this one remembers the revision, and the commit finds whether another
 * transaction came first: the result is the same, one after the other.
 */
export const loadFrom = (db: MemoryDatabase, wanted: Wanted, now: number): Snapshot => {
  const locks: Lock[] = [];
  const lock = <R>(table: MemoryTable<R>, keys: readonly string[]): R[] => {
    for (const key of keys) locks.push({ table, key, revision: table.revision(key) });
    return present(table, keys);
  };
  const quotas = unique(wanted.quotas);
  lock(db.quotaUsages, quotas);
  if (wanted.globals) lock(db.globalsLock, ['version']);
  const work = new UnitOfWork(
    now,
    wanted.placement ? reservedShapes(db.reservations.all()) : [],
    new Map([...usagesOf(db, quotas), ...userUsagesOf(db, wanted.userQuotas ?? [])]),
    wanted.globals ? db.globals.version : undefined,
  );
  const uuids = unique(wanted.instances);
  work.instances.fill(uuids, lock(db.instances, uuids));
  work.workflows.fill(uuids, lock(db.workflows, uuids));
  work.reservations.fill(uuids, lock(db.reservations, uuids));
  const specs = unique(wanted.requestSpecs);
  work.requestSpecs.fill(specs, present(db.requestSpecs, specs));
  const children = unique(wanted.children);
  for (const table of [work.instances, work.workflows, work.reservations, work.requestSpecs]) table.fill(wanted.newInstances ?? [], []);
  if (wanted.placement) work.children.fillWhole(lock(db.children, db.children.keys().sort()));
  else work.children.fill(children, lock(db.children, children));
  const groups = unique([...(wanted.groups ?? []), ...(wanted.placement ? groupsOf(work.instances.all()) : [])]);
  lock(db.groups, groups);
  work.groups.fill(
    [],
    groups.map(uuid => groupRow(db, uuid)),
  );
  const services = unique(wanted.hostServices);
  work.hostServices.fill(services, lock(db.hostServices, services));
  const joins = unique(wanted.joins);
  work.joins.fill(joins, lock(db.joins, joins));
  const hosts = unique(wanted.hosts);
  if (wanted.placement) work.hosts.fillWhole(db.hosts.sorted());
  else work.hosts.fill(hosts, present(db.hosts, hosts));
  work.hostInventories.fill(hosts, present(db.hostInventories, hosts));
  return { work, locks };
};

const groupsOf = (rows: readonly InstanceRow[]): string[] => rows.flatMap(row => row.groupUuid ?? []);

const groupRow = (db: MemoryDatabase, uuid: string): GroupRow => ({
  uuid,
  deleted: db.groups.get(uuid)?.deleted ?? false,
  members: db.instances
    .sorted()
    .filter(row => row.groupUuid === uuid && row.deletedAt === null)
    .map(({ uuid: member, nextHop, host, vmState, deletedAt, groupUuid }) => ({
      uuid: member,
      nextHop,
      host,
      vmState,
      deletedAt,
      groupUuid,
    })),
});

/** What the open reservations take, added up by child, shape, zone and traits. */
export const reservedShapes = (reservations: readonly ReservationRow[]): ReservedShape[] => {
  const sums = new Map<string, ReservedShape>();
  for (const { child, shape, zone, traits } of reservations) {
    const key = JSON.stringify([child, shapeKey(shape), zone, traits]);
    sums.set(key, { child, shape, zone, traits, count: (sums.get(key)?.count ?? 0) + 1 });
  }
  return [...sums.values()];
};

const usagesOf = (db: MemoryDatabase, projects: readonly string[]) =>
  new Map(projects.map(project => [project, db.quotaUsages.get(project) ?? NO_USE]));

const userUsagesOf = (db: MemoryDatabase, users: readonly UserInProject[]): [string, QuotaUsage][] =>
  users.map(user => {
    const uses = db.requestSpecs.all().flatMap(({ uuid, spec }) => {
      const row = db.instances.get(uuid);
      const isTheirs = spec.projectId === user.projectId && spec.userId === user.userId;
      return isTheirs && row && row.deletedAt === null ? [chargeOf(row, spec)] : [];
    });
    return [userQuotaKey(user), uses.reduce((sum, use) => plus(sum, use), NO_USE)];
  });

const present = <R>(table: MemoryTable<R>, keys: readonly string[]): R[] =>
  keys.map(key => table.get(key)).filter(row => row !== undefined);
const unique = (keys: readonly string[] = []): string[] => [...new Set(keys)].sort();
