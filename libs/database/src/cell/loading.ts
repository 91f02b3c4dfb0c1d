import {
  type GroupRow,
  type Loaded,
  type QuotaUsage,
  type ReservedShape,
  UnitOfWork,
  type UserInProject,
  userQuotaKey,
  type Wanted,
} from '#cell';
import { ChildRows } from './child-rows.js';
import {
  hostFromRaw,
  instanceColumns,
  instanceFromRaw,
  inventoryFromRaw,
  memberColumns,
  memberFromRaw,
  type Raw,
  reservationColumns,
  reservationFromRaw,
  reservedFromRaw,
  specFromRaw,
  workflowFromRaw,
} from './codecs/index.js';
import { Conflict } from './conflict.js';
import { hostServiceFromRaw, placeOf, SERVICES } from './host-mirrors.js';
import { joinFromRaw } from './join-codec.js';
import { type Sql, select } from './sql.js';
import type { CellTables } from './tables.js';
import type { Answer, Transaction } from './transaction.js';
import { COUNTED_SERVERS, USED_BY_SERVERS } from './used-by-servers.js';

/**
 * Loads what a transaction wants, in one order for all transactions (quota, instances, workflows, reservations, children, groups, globals), so that two
 * of them wait for each other instead of deadlocking. Rows are locked, but for hosts: claims compare and set.
 *
 * Nothing is read without a lock before the last lock is held: the first such read fixes what all of them see, and one that came before
 * the wait for another transaction would show an instance without the request spec that was written with it.
 *
 * It takes one round trip; one more where the groups of the instances have to be known first.
 */
export const load = async (
  tx: Transaction,
  wanted: Wanted,
  { tables, children: childRows }: { tables: CellTables; children: ChildRows },
  { now, attempt }: { now: number; attempt: number },
): Promise<Loaded> => {
  const usages = lockQuotas(tx, sorted(wanted.quotas));
  const uuids = sorted(wanted.instances);
  const instances = byKey(tx, `SELECT ${instanceColumns.join(',')} FROM instances WHERE uuid IN (?) FOR UPDATE`, uuids);
  const workflows = byKey(tx, 'SELECT body FROM workflows WHERE subject IN (?) FOR UPDATE', tables.hosts ? uuids : []);
  const reservations = byKey(
    tx,
    `SELECT ${reservationColumns.join(',')} FROM reservations WHERE instance_uuid IN (?) FOR UPDATE`,
    tables.children ? uuids : [],
  );
  const placement = wanted.placement && tables.children ? lockPlacement(tx) : undefined;
  if (tables.children) byKey(tx, 'SELECT name FROM child_cells WHERE name IN (?) ORDER BY name FOR UPDATE', sorted(wanted.children));
  if (wanted.placement && uuids.length) await tx.flush();
  const groups = lockGroups(tx, sorted([...(wanted.groups ?? []), ...(wanted.placement && uuids.length ? groupsOf(instances.value) : [])]));
  const globals = wanted.globals ? lockGlobals(tx) : undefined;
  const services = wanted.hostServices?.length ? tx.select<Raw>(SERVICES, [sorted(wanted.hostServices).map(placeOf)]) : NOTHING;
  const joins = byKey(tx, 'SELECT * FROM cell_joins WHERE name IN (?) FOR UPDATE', sorted(wanted.joins));

  const seen = await recordFrames(tx, wanted.frames ?? [], { now, attempt });
  const specUuids = sorted(wanted.requestSpecs);
  const specs = byKey(tx, 'SELECT uuid, spec FROM request_specs WHERE uuid IN (?)', specUuids);
  // In this order: a report that is committed in between counts what its reservations stood for, and then both count.
  const reserved = wanted.placement && tables.children ? tx.select<Raw>(RESERVED) : NOTHING;
  const children = tables.children ? selectChildren(tx, wanted) : NOTHING;
  const hosts = loadHosts(tx, wanted, tables);
  const userUsages = readUserUsages(tx, wanted.userQuotas ?? []);
  await tx.flush();

  if (placement?.value.length === 0) throw new Conflict('the making of the lock of placement');
  if (attempt === 1)
    refuseHalves(instances.value, specs.value, [
      ...workflows.value.map(workflowFromRaw).map(row => row.subject),
      ...reservations.value.map(row => String(row.instance_uuid)),
    ]);
  const work = new UnitOfWork(now, reserved.value.map(reservedFromRaw), new Map([...usages(), ...userUsages()]), globals?.());
  work.instances.fill(uuids, instances.value.map(instanceFromRaw));
  work.workflows.fill(uuids, workflows.value.map(workflowFromRaw));
  work.reservations.fill(uuids, reservations.value.map(reservationFromRaw));
  work.requestSpecs.fill(specUuids, specs.value.map(specFromRaw));
  for (const table of [work.instances, work.workflows, work.reservations, work.requestSpecs]) table.fill(wanted.newInstances ?? [], []);
  const childrenRead = await childRows.withReports(tx, children.value);
  if (wanted.placement) work.children.fillWhole(childrenRead);
  else work.children.fill(sorted(wanted.children), childrenRead);
  work.groups.fill([], groups());
  work.hostServices.fill(sorted(wanted.hostServices), services.value.map(hostServiceFromRaw));
  work.joins.fill(sorted(wanted.joins), joins.value.map(joinFromRaw));
  hosts(work);
  return { work, seen };
};

/**
 * A row that does not exist cannot be locked: another process may have made the instance between two of the reads above, and then its
 * parts are seen without it. The transaction starts anew and sees it whole; what is still alone then has lost its instance.
 */
const refuseHalves = (instances: readonly Raw[], specs: readonly Raw[], others: readonly string[]): void => {
  const known = new Set(instances.map(row => String(row.uuid)));
  const half = [...specs.map(row => String(row.uuid)), ...others].find(uuid => !known.has(uuid));
  if (half !== undefined) throw new Conflict(`the making of instance ${half}`);
};

const RESERVED =
  'SELECT child, vcpus, memory_mb, disk_gb, zone, traits, COUNT(*) AS count FROM reservations GROUP BY child, vcpus, memory_mb, disk_gb, zone, traits';

export const readReserved = async (sql: Sql): Promise<ReservedShape[]> => (await select<Raw>(sql, RESERVED)).map(reservedFromRaw);

/** Makes the rows that are missing, so that the first two requests of a project wait for each other too. */
const lockQuotas = (tx: Transaction, projects: readonly string[]): (() => Map<string, QuotaUsage>) => {
  tx.upsert(
    'quota_usages',
    ['project_id'],
    projects.map(project => [project]),
  );
  const rows = byKey(tx, 'SELECT project_id, instances, cores, ram_mb FROM quota_usages WHERE project_id IN (?) FOR UPDATE', projects);
  return () => new Map(rows.value.map(row => [String(row.project_id), usageOf(row)]));
};

/** Counted from the servers, because few users have limits of their own. The lock on the project's usage keeps others from adding any. */
const readUserUsages = (tx: Transaction, users: readonly UserInProject[]): (() => [string, QuotaUsage][]) => {
  const statement = `SELECT ${USED_BY_SERVERS} FROM instances WHERE project_id = ? AND user_id = ? AND ${COUNTED_SERVERS}`;
  const found = users.map(user => ({ user, rows: tx.select<Raw>(statement, [user.projectId, user.userId]) }));
  return () => found.map(({ user, rows }) => [userQuotaKey(user), usageOf(rows.value[0])]);
};

const usageOf = (row: Raw | undefined): QuotaUsage => ({
  instances: Number(row?.instances),
  cores: Number(row?.cores),
  ramMb: Number(row?.ram_mb),
});

/**
 * Records the frames as handled by this transaction; returns those that an earlier one had handled. Nearly all are new, so this is
 * found out by trying: the key of one that was handled makes the insert fail, and the transaction starts anew and looks first.
 */
const recordFrames = async (
  tx: Transaction,
  frames: readonly string[],
  { now, attempt }: { now: number; attempt: number },
): Promise<ReadonlySet<string>> => {
  const known = attempt > 1 ? byKey(tx, 'SELECT id FROM inbox WHERE id IN (?)', frames) : NOTHING;
  if (attempt > 1) await tx.flush();
  const seen = new Set(known.value.map(row => String(row.id)));
  const fresh = sorted(frames).filter(id => !seen.has(id));
  tx.insert(
    'inbox',
    ['id', 'received_at'],
    fresh.map(id => [id, now]),
  );
  return seen;
};

/**
 * Children that are to be changed are locked, each by its own row. Placement changes none of them, it only must not run beside another
 * placement: for that it takes one lock which stands for all, and the reports of a thousand children need not wait for it, nor it for
 * them.
 */
const lockPlacement = (tx: Transaction): Answer<Raw[]> => tx.select("SELECT name FROM leases WHERE name = 'placement' FOR UPDATE");

/** What is not there cannot be locked. */
export const makePlacementLock = (sql: Sql): Promise<unknown> =>
  sql.query("INSERT IGNORE INTO leases (name, owner, held_until, seconds) VALUES ('placement', '', 0, 0)");

const selectChildren = (tx: Transaction, wanted: Wanted): Answer<Raw[]> =>
  wanted.placement
    ? tx.select(`${ChildRows.SELECT} ORDER BY name`)
    : byKey(tx, `${ChildRows.SELECT} WHERE name IN (?)`, sorted(wanted.children));

const groupsOf = (instances: readonly Raw[]): string[] =>
  instances.flatMap(row => (row.group_uuid === null ? [] : [String(row.group_uuid)]));

/** Those asked for, and those of the instances that may be placed. Made when they are missing: what is not there cannot be locked. */
const lockGroups = (tx: Transaction, uuids: readonly string[]): (() => GroupRow[]) => {
  tx.upsert(
    'placement_groups',
    ['uuid'],
    uuids.map(uuid => [uuid]),
  );
  const groups = byKey(tx, 'SELECT uuid, deleted FROM placement_groups WHERE uuid IN (?) FOR UPDATE', uuids);
  const statement = `SELECT ${memberColumns.join(',')} FROM instances WHERE group_uuid IN (?) AND deleted_at IS NULL ORDER BY uuid`;
  const members = byKey(tx, statement, uuids);
  return () => {
    const rows = members.value.map(memberFromRaw);
    return groups.value.map(({ uuid, deleted }) => ({
      uuid: String(uuid),
      deleted: Boolean(deleted),
      members: rows.filter(member => member.groupUuid === uuid),
    }));
  };
};

const lockGlobals = (tx: Transaction): (() => number) => {
  const rows = tx.select<{ version: number }>('SELECT version FROM cell_globals WHERE id = 1 FOR UPDATE');
  return () => Number(rows.value[0]?.version ?? 0);
};

const loadHosts = (tx: Transaction, wanted: Wanted, tables: CellTables): ((work: UnitOfWork) => void) => {
  const all = wanted.placement && tables.hosts ? tx.select<Raw>('SELECT * FROM hosts ORDER BY host') : NOTHING;
  const names = sorted(wanted.hosts);
  const some = byKey(tx, 'SELECT * FROM hosts WHERE host IN (?)', wanted.placement ? [] : names);
  const inventories = byKey(tx, 'SELECT host, inventory FROM host_inventories WHERE host IN (?)', names);
  return work => {
    if (wanted.placement) work.hosts.fillWhole(all.value.map(hostFromRaw));
    else work.hosts.fill(names, some.value.map(hostFromRaw));
    work.hostInventories.fill(names, inventories.value.map(inventoryFromRaw));
  };
};

const NOTHING: Answer<Raw[]> = { value: [] };
const byKey = (tx: Transaction, statement: string, keys: readonly string[]): Answer<Raw[]> =>
  keys.length ? tx.select<Raw>(statement, [keys]) : NOTHING;
const sorted = (keys: readonly string[] = []): string[] => [...new Set(keys)].sort();
