import { randomUUID } from 'node:crypto';
import { childUseChanges, framesOf, type HostRow, isWantedAlike, type QuotaUsage, type StoredFrame, type UnitOfWork } from '#cell';
import { storeCellMirrors } from './cell-mirrors.js';
import {
  childColumns,
  childToValues,
  hostReportColumns,
  hostReportValues,
  instanceColumns,
  instanceToValues,
  reservationColumns,
  reservationToValues,
} from './codecs/index.js';
import { Conflict } from './conflict.js';
import { storeDecisions } from './decisions.js';
import { joinColumns, joinToValues } from './join-codec.js';
import type { Value } from './sql.js';
import { storeTop } from './storing-top.js';
import type { CellTables } from './tables.js';
import type { Transaction } from './transaction.js';

/** The writer of a frame sees it through for so long; then the poller of any process takes it over. */
const OUTBOX_LEASE_MS = 5000;

/** Adds the statements that write everything that the work changed. Returns the frames to be sent once it is committed. */
export const store = (tx: Transaction, work: UnitOfWork, tables: CellTables): StoredFrame[] => {
  storeInstances(tx, work);
  storeWorkflows(tx, work);
  storeReservations(tx, work);
  storeHosts(tx, work);
  storeChildren(tx, work);
  storeCellMirrors(tx, work);
  storeGlobals(tx, work);
  if (tables.top) storeTop(tx, work);
  // After quota: an order takes its project's quota first and the children then, and so must whoever gives both back.
  if (tables.children) storeChildUse(tx, work);
  storeDecisions(tx, work);
  storeParked(tx, work);
  return storeOutbox(tx, work);
};

const storeInstances = (tx: Transaction, work: UnitOfWork): void => {
  const columnsOf = new Map(work.serverColumns.all().map(entry => [entry.uuid, entry.columns]));
  const changes = work.instances.changes();
  // A row that was looked up and absent is inserted, never overwritten: had another process made it meanwhile, this one starts anew.
  const absent = changes.flatMap(({ before, after }) => (before ? [] : [after]));
  const fresh = absent.filter(row => columnsOf.has(row.uuid));
  const names = Object.keys(columnsOf.get(fresh[0]?.uuid ?? '') ?? {});
  const values = fresh.map(row => [...instanceToValues(row), ...names.map(name => columnsOf.get(row.uuid)![name] as Value)]);
  tx.insert('instances', [...instanceColumns, ...names], values);
  tx.insert('instances', instanceColumns, absent.filter(row => !columnsOf.has(row.uuid)).map(instanceToValues));
  const present = changes.flatMap(({ before, after }) => (before ? [after] : []));
  tx.upsert('instances', instanceColumns, present.map(instanceToValues), instanceColumns.slice(1));
  for (const { uuid } of present) {
    const columns = columnsOf.get(uuid);
    const setters = Object.keys(columns ?? {}).map(name => `${name} = ?`);
    if (columns) tx.change(`UPDATE instances SET ${setters.join(', ')} WHERE uuid = ?`, [...Object.values(columns), uuid]);
  }
  tx.upsert(
    'request_specs',
    ['uuid', 'spec'],
    work.requestSpecs.changes().map(({ after }) => [after.uuid, JSON.stringify(after.spec)]),
  );
  tx.deleteByKey('request_specs', 'uuid', work.requestSpecs.removals());
};

const storeWorkflows = (tx: Transaction, work: UnitOfWork): void => {
  const rows = work.workflows
    .changes()
    .map(({ after }) => [after.subject, after.runAfter, after.kind, after.step, JSON.stringify(after)] satisfies Value[]);
  tx.upsert('workflows', ['subject', 'run_after', 'kind', 'step', 'body'], rows);
  tx.deleteByKey('workflows', 'subject', work.workflows.removals());
};

const storeReservations = (tx: Transaction, work: UnitOfWork): void => {
  tx.upsert(
    'reservations',
    reservationColumns,
    work.reservations.changes().map(({ after }) => reservationToValues(after)),
  );
  tx.deleteByKey('reservations', 'instance_uuid', work.reservations.removals());
  const settled = work.settlements.all();
  if (settled.length === 0) return;
  const counted = settled.map(() => '(child = ? AND counted_from <= ?)').join(' OR ');
  const values = settled.flatMap(({ child, reported }) => [child, reported.generation]);
  tx.change(`DELETE FROM reservations WHERE ${counted}`, values);
};

const storeHosts = (tx: Transaction, work: UnitOfWork): void => {
  const changes = work.hosts.changes();
  const reported = changes.filter(({ before, after }) => !before || before.lastSeenAt !== after.lastSeenAt);
  const columns = ['host', ...hostReportColumns];
  tx.upsert(
    'hosts',
    columns,
    reported.map(({ after }) => [after.host, ...hostReportValues(after)]),
    hostReportColumns.filter(column => column !== 'enabled' && column !== 'disabled_reason'),
  );
  // An operator's will: a report that was read before it must not undo it.
  for (const { before, after } of changes) {
    if (before && !isWantedAlike(before, after))
      tx.change('UPDATE hosts SET enabled = ?, disabled_reason = ?, forced_down = ?, ordered_version = ? WHERE host = ?', [
        after.enabled,
        after.disabledReason,
        after.forcedDown,
        after.orderedVersion,
        after.host,
      ]);
  }
  // A host that this transaction made has generation 0 by now.
  const claimed = changes
    .map(({ before, after }) => ({ after, expected: before?.generation ?? 0 }))
    .filter(({ after, expected }) => after.generation !== expected);
  compareAndSetClaims(tx, claimed);
  const inventories = work.hostInventories.changes().map(({ after }) => [after.host, JSON.stringify(after.inventory)]);
  tx.upsert('host_inventories', ['host', 'inventory'], inventories);
  for (const host of work.hosts.removals()) removeHost(tx, host, work.hosts.former(host));
};

/** Only as it was read: had an instance been placed there meanwhile, it stays. */
const removeHost = (tx: Transaction, host: string, former: HostRow | undefined): void => {
  if (!former) return;
  tx.checkedChange('DELETE FROM hosts WHERE host = ? AND generation = ?', [host, former.generation], found => {
    if (found !== 1) throw new Conflict('the removal of a host');
  });
  tx.deleteByKey('host_inventories', 'host', [host]);
};

/** One statement for all claims of the transaction; when one host has changed meanwhile, none of them holds. */
const compareAndSetClaims = (tx: Transaction, changes: readonly { expected: number; after: HostRow }[]): void => {
  if (changes.length === 0) return;
  const values: unknown[] = [];
  const setter = (column: string, of: (host: HostRow) => number): string => {
    for (const { after } of changes) values.push(after.host, of(after));
    return `${column} = CASE host ${'WHEN ? THEN ? '.repeat(changes.length)}END`;
  };
  const setters = [
    setter('used_vcpus', host => host.used.vcpus),
    setter('used_memory_mb', host => host.used.memoryMb),
    setter('used_disk_gb', host => host.used.diskGb),
    setter('claims', host => host.claims),
    setter('generation', host => host.generation),
  ];
  const guards = changes.map(({ after, expected }) => [after.host, expected]);
  tx.checkedChange(`UPDATE hosts SET ${setters.join(', ')} WHERE (host, generation) IN (?)`, [...values, guards], found => {
    if (found !== changes.length) throw new Conflict('a claim on a host');
  });
};

const storeChildren = (tx: Transaction, work: UnitOfWork): void => {
  const children = work.children.changes().map(({ after }) => childToValues(after));
  tx.upsert('child_cells', childColumns, children);
  tx.deleteByKey('child_cells', 'name', work.children.removals());
  const joins = work.joins.changes().map(({ after }) => joinToValues(after));
  tx.upsert('cell_joins', joinColumns, joins);
};

/** One statement for all children, whose numbers are added to what is there. */
const storeChildUse = (tx: Transaction, work: UnitOfWork): void => {
  const changes = [...childUseChanges(work)].filter(([, { instances, cores, ramMb }]) => instances || cores || ramMb);
  if (changes.length === 0) return;
  const values: unknown[] = [];
  const setter = (column: string, of: (use: QuotaUsage) => number): string => {
    for (const [child, use] of changes) values.push(child, of(use));
    return `${column} = ${column} + CASE name ${'WHEN ? THEN ? '.repeat(changes.length)}END`;
  };
  const setters = [
    setter('used_instances', use => use.instances),
    setter('used_cores', use => use.cores),
    setter('used_ram_mb', use => use.ramMb),
  ];
  tx.change(`UPDATE child_cells SET ${setters.join(', ')} WHERE name IN (?)`, [...values, changes.map(([child]) => child)]);
};

const storeGlobals = (tx: Transaction, work: UnitOfWork): void => {
  for (const { version, items } of work.globals.all()) {
    const rows = items.map(({ kind, id, version: changed, body }) => [kind, id, changed, body && JSON.stringify(body)]);
    // The version is set last: MariaDB assigns from left to right, and the body compares with the old one.
    if (rows.length)
      tx.change(
        `INSERT INTO global_items (kind, id, version, body) VALUES ? ON DUPLICATE KEY UPDATE
         body = IF(VALUES(version) > version, VALUES(body), body), version = GREATEST(version, VALUES(version))`,
        [rows],
      );
    tx.change('INSERT INTO cell_globals (id, version) VALUES (1, ?) ON DUPLICATE KEY UPDATE version = GREATEST(version, VALUES(version))', [
      version,
    ]);
  }
};

const storeParked = (tx: Transaction, work: UnitOfWork): void => {
  tx.deleteByKey('parked_messages', 'id', work.unparked.all());
  const rows = work.parked.all().map(({ envelope, reason }) => [envelope.id, envelope.method, work.now, reason, JSON.stringify(envelope)]);
  tx.upsert('parked_messages', ['id', 'method', 'parked_at', 'reason', 'envelope'], rows);
};

const storeOutbox = (tx: Transaction, work: UnitOfWork): StoredFrame[] => {
  const frames = framesOf(work.outbox.all(), randomUUID);
  const rows = frames.map(frame => [frame.id, frame.destination, frame.body, work.now + OUTBOX_LEASE_MS, work.now]);
  tx.insert('outbox', ['id', 'destination', 'body', 'lease_until', 'written_at'], rows);
  return frames;
};
