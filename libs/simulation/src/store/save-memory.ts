import {
  type ChildRow,
  childUseChanges,
  Globals,
  type HostRow,
  isWantedAlike,
  NO_USE,
  plus,
  type QuotaDelta,
  replaces,
  type StoredFrame,
  type UnitOfWork,
} from '#cell';
import { compareVersions } from '#domain';
import { forgetHostsOf, saveHostMirrors } from './host-mirrors.js';
import type { MemoryDatabase } from './memory-database.js';

/** The writer of a frame sees it through for so long. */
const OUTBOX_LEASE_MS = 5000;

/** Writes everything that the work changed, as SqlCellStore's `store` does. The caller has seen to it that nothing conflicts. */
export const saveTo = (db: MemoryDatabase, work: UnitOfWork, frames: readonly StoredFrame[]): void => {
  saveInstances(db, work);
  for (const { before, after } of work.hosts.changes()) db.hosts.put(after.host, mergedHost(db.hosts.get(after.host), before, after));
  for (const host of work.hosts.removals()) {
    db.hosts.delete(host);
    db.hostInventories.delete(host);
  }
  for (const { after } of work.hostInventories.changes()) db.hostInventories.put(after.host, after);
  saveChildren(db, work);
  saveGlobals(db, work);
  for (const name of work.children.removals()) db.children.delete(name);
  for (const { after } of work.joins.changes()) db.joins.put(after.name, after);
  saveRecords(db, work);
  db.decisions.push(...work.decisions.all());
  for (const id of work.unparked.all()) db.parkedById.delete(id);
  for (const parked of work.parked.all()) db.parkedById.set(parked.envelope.id, { ...parked, parkedAt: work.now });
  for (const frame of frames) db.outbox.set(frame.id, { frame, leaseUntil: work.now + OUTBOX_LEASE_MS, writtenAt: work.now });
};

/** Whoever changes a row that has `used` leaves it as it is: it is changed by what happens to the instances. */
const saveChildren = (db: MemoryDatabase, work: UnitOfWork): void => {
  const put = (row: ChildRow) => db.children.put(row.name, row);
  for (const { after } of work.children.changes()) put({ ...after, used: db.children.get(after.name)?.used ?? NO_USE });
  for (const [child, change] of childUseChanges(work)) {
    const row = db.children.get(child);
    if (row) put({ ...row, used: plus(row.used, change) });
  }
};

const saveGlobals = (db: MemoryDatabase, work: UnitOfWork): void => {
  for (const { version, items } of work.globals.all()) {
    db.globals = Globals.NONE.with(db.globals.version, db.globals.items).with(version, items).read();
    db.globalsLock.put('version', db.globals.version);
  }
};

const saveInstances = (db: MemoryDatabase, work: UnitOfWork): void => {
  for (const { after } of work.instances.changes()) {
    db.instances.put(after.uuid, after);
    // Whoever holds the group's lock meanwhile has read its members before this one: it starts anew.
    if (after.groupUuid !== null)
      db.groups.put(after.groupUuid, db.groups.get(after.groupUuid) ?? { uuid: after.groupUuid, deleted: false });
  }
  for (const { uuid, columns } of work.serverColumns.all()) db.serverColumns.put(uuid, { ...db.serverColumns.get(uuid), ...columns });
  for (const { after } of work.requestSpecs.changes()) db.requestSpecs.put(after.uuid, after);
  for (const uuid of work.requestSpecs.removals()) db.requestSpecs.delete(uuid);
  for (const { after } of work.workflows.changes()) db.workflows.put(after.subject, after);
  for (const uuid of work.workflows.removals()) db.workflows.delete(uuid);
  for (const { after } of work.reservations.changes()) db.reservations.put(after.instanceUuid, after);
  for (const uuid of work.reservations.removals()) db.reservations.delete(uuid);
  for (const { child, reported } of work.settlements.all()) {
    const counted = db.reservations
      .all()
      .filter(row => row.child === child && row.countedFrom && row.countedFrom.generation <= reported.generation);
    for (const row of counted) db.reservations.delete(row.instanceUuid);
  }
};

/** Claims and reports are written by different transactions: each leaves what it did not change as it is now. */
const mergedHost = (now: HostRow | undefined, before: HostRow | undefined, after: HostRow): HostRow => {
  if (!now || !before) return after;
  const { used, claims, generation } = after.generation === before.generation ? now : after;
  const { enabled, disabledReason, forcedDown, orderedVersion } = isWantedAlike(after, before) ? now : after;
  const wanted = { enabled, disabledReason, forcedDown, orderedVersion };
  return { ...(after.lastSeenAt === before.lastSeenAt ? now : after), used, claims, generation, ...wanted };
};

const saveRecords = (db: MemoryDatabase, work: UnitOfWork): void => {
  for (const action of work.actions.all()) db.actions.put(`${action.instanceUuid}/${action.requestId}`, action);
  db.actionEvents.push(...work.actionEvents.all());
  for (const record of work.moves.all()) {
    const known = db.moves.get(record.move.uuid);
    if (!known || compareVersions(record.version, known.version) >= 0) db.moves.put(record.move.uuid, record);
  }
  for (const { uuid, flavor } of work.serverFlavors.all()) db.serverFlavors.put(uuid, flavor);
  for (const delta of work.quotaDeltas.all()) addQuota(db, delta);
  saveHostMirrors(db, work);
  for (const mirror of work.cellMirrors.all()) {
    const { path } = mirror.status;
    if (replaces(mirror, db.cellMirrors.get(path))) db.cellMirrors.put(path, mirror);
    if (mirror.status.gone) forgetHostsOf(db, mirror.status);
  }
};

const addQuota = (db: MemoryDatabase, { projectId, instances, cores, ramMb }: QuotaDelta): void => {
  const used = db.quotaUsages.get(projectId) ?? { instances: 0, cores: 0, ramMb: 0 };
  db.quotaUsages.put(projectId, { instances: used.instances + instances, cores: used.cores + cores, ramMb: used.ramMb + ramMb });
};
