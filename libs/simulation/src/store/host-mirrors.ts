import { type HostPlace, hostPlaceKey, STATUS_STALE_MS, type UnitOfWork } from '#cell';
import type { CellStatus, HostMirror } from '#contracts';
import { compareVersions, type Version } from '#domain';
import type { MemoryDatabase } from './memory-database.js';

/** The mirror of all hosts, at the top, with what operators want of them. */
export const saveHostMirrors = (db: MemoryDatabase, work: UnitOfWork): void => {
  for (const mirror of work.hostMirrors.all()) saveMirror(db, mirror, work.now);
  for (const { version, ...place } of work.goneHosts.all()) {
    const key = hostPlaceKey(place);
    const known = versionOf(db, key);
    if (!known || compareVersions(version, known) < 0) continue;
    forget(db, key, version);
  }
  for (const key of work.hostServices.removals()) {
    const known = versionOf(db, key);
    if (known) forget(db, key, known);
  }
  for (const { after } of work.hostServices.changes()) {
    const key = hostPlaceKey(after);
    const now = db.hostServices.get(key);
    if (now) db.hostServices.put(key, { ...after, heardVersion: now.heardVersion });
  }
};

/** What was ordered here and is not known there yet is not undone by what the cell says meanwhile. */
const saveMirror = (db: MemoryDatabase, mirror: HostMirror, now: number): void => {
  const key = hostPlaceKey(mirror);
  if (isOvertaken(db, mirror, now)) return;
  const { cellPath, host, enabled, disabledReason, forcedDown, orderedVersion: heardVersion } = mirror;
  const service = db.hostServices.get(key);
  const wantedVersion = service?.wantedVersion ?? 0;
  const wish = service && heardVersion < wantedVersion ? service : { enabled, disabledReason, forcedDown };
  db.hostMirrors.put(key, mirror);
  db.hostsToldAt.put(key, now);
  db.hostServices.put(key, { ...wish, cellPath, host, wantedVersion, heardVersion });
  db.goneHosts.delete(key);
};

/** One from a clock that was set back is believed when no other comes, but not of a host that was removed. */
const isOvertaken = (db: MemoryDatabase, mirror: HostMirror, now: number): boolean => {
  const key = hostPlaceKey(mirror);
  const known = versionOf(db, key);
  const isStale = db.hostMirrors.get(key) !== undefined && now > (db.hostsToldAt.get(key) ?? 0) + STATUS_STALE_MS;
  return known !== undefined && compareVersions(mirror.version, known) < 0 && !isStale;
};

const versionOf = (db: MemoryDatabase, key: string): Version | undefined => db.hostMirrors.get(key)?.version ?? db.goneHosts.get(key);

const forget = (db: MemoryDatabase, key: string, version: Version): void => {
  db.goneHosts.put(key, version);
  db.hostMirrors.delete(key);
  db.hostServices.delete(key);
};

/** Of a cell that was removed: its host that was told of later belongs to the next one of that name. */
export const forgetHostsOf = (db: MemoryDatabase, { path, version }: CellStatus): void => {
  const removed = db.cellMirrors.get(path);
  if (!removed?.status.gone) return;
  for (const mirror of db.hostMirrors.all().filter(({ cellPath }) => cellPath === path)) {
    const key = hostPlaceKey(mirror);
    if ((db.hostsToldAt.get(key) ?? 0) > removed.receivedAt) continue;
    forget(db, key, compareVersions(mirror.version, version) > 0 ? mirror.version : version);
  }
};

export const listUnheardHosts = (db: MemoryDatabase, graceMs: number, limit: number): HostPlace[] =>
  db.hostServices
    .sorted()
    .filter(row => row.wantedVersion > row.heardVersion)
    .filter(row => (db.hostsToldAt.get(hostPlaceKey(row)) ?? 0) > row.wantedVersion + graceMs)
    .slice(0, limit)
    .map(({ cellPath, host }) => ({ cellPath, host }));
