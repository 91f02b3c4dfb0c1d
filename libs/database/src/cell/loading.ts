import {
  type ChildRow,
  type GroupRow,
  type Loaded,
  type QuotaUsage,
  UnitOfWork,
  type UserInProject,
  userQuotaKey,
  type Wanted,
} from '#cell';
import type { ChildRows } from './child-rows.js';
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
} from './codecs.js';
import { Conflict } from './conflict.js';
import { joinFromRaw } from './join-codec.js';
import { execute, insert, type Sql, select, upsert } from './sql.js';
import type { CellTables } from './tables.js';

/**
 * Loads what a transaction wants, in one order for all transactions (quota, instances, workflows, reservations, children, groups, globals), so that two
 * of them wait for each other instead of deadlocking. Rows are locked, but for hosts: claims compare and set.
 *
 * Nothing is read without a lock before the last lock is held: the first such read fixes what all of them see, and one that came before
 * the wait for another transaction would show an instance without the request spec that was written with it.
 */
export const load = async (
  sql: Sql,
  wanted: Wanted,
  { tables, children: childRows }: { tables: CellTables; children: ChildRows },
  { now, attempt }: { now: number; attempt: number },
): Promise<Loaded> => {
  const usages = await lockQuotas(sql, sorted(wanted.quotas));
  const uuids = sorted(wanted.instances);
  const instances = uuids.length
    ? await byKey(sql, `SELECT ${instanceColumns.join(',')} FROM instances WHERE uuid IN (?) FOR UPDATE`, uuids)
    : [];
  const workflows =
    uuids.length && tables.hosts ? await byKey(sql, 'SELECT body FROM workflows WHERE subject IN (?) FOR UPDATE', uuids) : [];
  const reservations =
    uuids.length && tables.children
      ? await byKey(sql, `SELECT ${reservationColumns.join(',')} FROM reservations WHERE instance_uuid IN (?) FOR UPDATE`, uuids)
      : [];
  if (tables.children) await lockChildren(sql, wanted);
  const groups = await lockGroups(sql, wanted, instances);
  const globals = wanted.globals ? await lockGlobals(sql) : undefined;

  const joins = wanted.joins?.length ? await byKey(sql, 'SELECT * FROM cell_joins WHERE name IN (?) FOR UPDATE', sorted(wanted.joins)) : [];

  const seen = await recordFrames(sql, wanted.frames ?? [], now);
  const specUuids = sorted(wanted.requestSpecs);
  const specs = specUuids.length ? await byKey(sql, 'SELECT uuid, spec FROM request_specs WHERE uuid IN (?)', specUuids) : [];
  if (attempt === 1)
    refuseHalves(instances, specs, [
      ...workflows.map(workflowFromRaw).map(row => row.subject),
      ...reservations.map(row => String(row.instance_uuid)),
    ]);
  // In this order: a report that is committed in between counts what its reservations stood for, and then both count.
  const reserved = wanted.placement && tables.children ? await readReserved(sql) : [];
  const children = tables.children ? await readChildren(sql, wanted, childRows) : [];

  for (const [key, usage] of await readUserUsages(sql, wanted.userQuotas ?? [])) usages.set(key, usage);

  const work = new UnitOfWork(now, reserved, usages, globals);
  work.instances.fill(uuids, instances.map(instanceFromRaw));
  work.workflows.fill(uuids, workflows.map(workflowFromRaw));
  work.reservations.fill(uuids, reservations.map(reservationFromRaw));
  work.requestSpecs.fill(specUuids, specs.map(specFromRaw));
  for (const table of [work.instances, work.workflows, work.reservations, work.requestSpecs]) table.fill(wanted.newInstances ?? [], []);
  if (wanted.placement) work.children.fillWhole(children);
  else work.children.fill(sorted(wanted.children), children);
  if (groups.length) work.groups.fill([], await withMembers(sql, groups));
  work.joins.fill(sorted(wanted.joins), joins.map(joinFromRaw));
  await loadHosts(sql, wanted, tables, work);
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

export const readReserved = async (sql: Sql) =>
  (
    await select<Raw>(
      sql,
      'SELECT child, vcpus, memory_mb, disk_gb, zone, COUNT(*) AS count FROM reservations GROUP BY child, vcpus, memory_mb, disk_gb, zone',
    )
  ).map(reservedFromRaw);

/** Makes the rows that are missing, so that the first two requests of a project wait for each other too. */
const lockQuotas = async (sql: Sql, projects: readonly string[]): Promise<Map<string, QuotaUsage>> => {
  if (projects.length === 0) return new Map();
  await upsert(
    sql,
    'quota_usages',
    ['project_id'],
    projects.map(project => [project]),
  );
  const rows = await byKey(
    sql,
    'SELECT project_id, instances, cores, ram_mb FROM quota_usages WHERE project_id IN (?) FOR UPDATE',
    projects,
  );
  return new Map(
    rows.map(row => [String(row.project_id), { instances: Number(row.instances), cores: Number(row.cores), ramMb: Number(row.ram_mb) }]),
  );
};

/** Counted from the servers, because few users have limits of their own. The lock on the project's usage keeps others from adding any. */
const readUserUsages = async (sql: Sql, users: readonly UserInProject[]): Promise<[string, QuotaUsage][]> => {
  const found: [string, QuotaUsage][] = [];
  for (const user of users) {
    const [row] = await select<Raw>(
      sql,
      `SELECT COUNT(*) AS instances, SUM(JSON_VALUE(flavor, '$.vcpus')) AS cores, SUM(JSON_VALUE(flavor, '$.memoryMb')) AS ram_mb
       FROM instances WHERE project_id = ? AND user_id = ? AND deleted_at IS NULL`,
      [user.projectId, user.userId],
    );
    const usage = { instances: Number(row?.instances), cores: Number(row?.cores), ramMb: Number(row?.ram_mb) };
    found.push([userQuotaKey(user), usage]);
  }
  return found;
};

/** Records the frames as handled by this transaction; returns those that an earlier one had handled. */
const recordFrames = async (sql: Sql, frames: readonly string[], now: number): Promise<ReadonlySet<string>> => {
  if (frames.length === 0) return new Set();
  const known = await select<{ id: string }>(sql, 'SELECT id FROM inbox WHERE id IN (?)', [frames]);
  const seen = new Set(known.map(row => row.id));
  const fresh = [...new Set(frames)].filter(id => !seen.has(id)).sort();
  // Another process may have handled one since: its key makes this insert fail, and the transaction starts anew.
  await insert(
    sql,
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
const lockChildren = async (sql: Sql, wanted: Wanted): Promise<void> => {
  if (wanted.placement) await lockPlacement(sql);
  const names = sorted(wanted.children);
  if (names.length) await byKey(sql, 'SELECT name FROM child_cells WHERE name IN (?) ORDER BY name FOR UPDATE', names);
};

const lockPlacement = async (sql: Sql): Promise<void> => {
  const lock = "SELECT name FROM leases WHERE name = 'placement' FOR UPDATE";
  if ((await select<Raw>(sql, lock)).length > 0) return;
  await execute(sql, "INSERT IGNORE INTO leases (name, owner, held_until, seconds) VALUES ('placement', '', 0, 0)", []);
  await select<Raw>(sql, lock);
};

const readChildren = async (sql: Sql, wanted: Wanted, rows: ChildRows): Promise<ChildRow[]> => {
  if (wanted.placement) return rows.read(sql, 'ORDER BY name');
  const names = sorted(wanted.children);
  return names.length ? rows.read(sql, 'WHERE name IN (?)', [names]) : [];
};

/** Those asked for, and those of the instances that may be placed. Made when they are missing: what is not there cannot be locked. */
const lockGroups = async (sql: Sql, wanted: Wanted, instances: readonly Raw[]): Promise<Raw[]> => {
  const ofInstances = wanted.placement ? instances.flatMap(row => (row.group_uuid === null ? [] : [String(row.group_uuid)])) : [];
  const uuids = sorted([...(wanted.groups ?? []), ...ofInstances]);
  if (uuids.length === 0) return [];
  await upsert(
    sql,
    'placement_groups',
    ['uuid'],
    uuids.map(uuid => [uuid]),
  );
  return byKey(sql, 'SELECT uuid, deleted FROM placement_groups WHERE uuid IN (?) FOR UPDATE', uuids);
};

const withMembers = async (sql: Sql, groups: readonly Raw[]): Promise<GroupRow[]> => {
  const uuids = groups.map(group => String(group.uuid));
  const statement = `SELECT ${memberColumns.join(',')} FROM instances WHERE group_uuid IN (?) AND deleted_at IS NULL ORDER BY uuid`;
  const members = (await byKey(sql, statement, uuids)).map(memberFromRaw);
  return groups.map(({ uuid, deleted }) => ({
    uuid: String(uuid),
    deleted: Boolean(deleted),
    members: members.filter(member => member.groupUuid === uuid),
  }));
};

const lockGlobals = async (sql: Sql): Promise<number> => {
  const [row] = await select<{ version: number }>(sql, 'SELECT version FROM cell_globals WHERE id = 1 FOR UPDATE');
  return Number(row?.version ?? 0);
};

const loadHosts = async (sql: Sql, wanted: Wanted, tables: CellTables, work: UnitOfWork): Promise<void> => {
  if (wanted.placement)
    work.hosts.fillWhole(tables.hosts ? (await select<Raw>(sql, 'SELECT * FROM hosts ORDER BY host')).map(hostFromRaw) : []);
  if (!wanted.hosts?.length) return;
  const names = sorted(wanted.hosts);
  if (!wanted.placement) work.hosts.fill(names, (await byKey(sql, 'SELECT * FROM hosts WHERE host IN (?)', names)).map(hostFromRaw));
  work.hostInventories.fill(
    names,
    (await byKey(sql, 'SELECT host, inventory FROM host_inventories WHERE host IN (?)', names)).map(inventoryFromRaw),
  );
};

const byKey = (sql: Sql, statement: string, keys: readonly string[]): Promise<Raw[]> => select<Raw>(sql, statement, [keys]);
const sorted = (keys: readonly string[] = []): string[] => [...new Set(keys)].sort();
