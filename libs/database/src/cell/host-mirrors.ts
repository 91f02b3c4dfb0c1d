import { createHash } from 'node:crypto';
import { type HostPlace, type HostServiceRow, hostPlaceKey, STATUS_STALE_MS, type UnitOfWork } from '#cell';
import type { CellStatus } from '#contracts';
import { type Raw, textOf } from './codecs/index.js';
import { type Sql, select } from './sql.js';
import type { Transaction } from './transaction.js';

/** The mirror of all hosts, at the top, with what operators want of them. */
export const storeHostMirrors = (tx: Transaction, work: UnitOfWork): void => {
  storeMirrors(tx, work);
  for (const { cellPath, host, version } of work.goneHosts.all()) {
    const { epoch, generation } = version;
    tx.change(
      `UPDATE host_mirrors SET ${FORGET}, epoch = ?, generation = ? WHERE cell_path = ? AND host = ? AND (epoch, generation) <= (?, ?)`,
      [epoch, generation, cellPath, host, epoch, generation],
    );
  }
  for (const key of work.hostServices.removals())
    tx.change(`UPDATE host_mirrors SET ${FORGET} WHERE cell_path = ? AND host = ?`, placeOf(key));
  for (const { after } of work.hostServices.changes()) {
    tx.change(
      `UPDATE host_mirrors SET enabled = ?, disabled_reason = ?, forced_down = ?, wanted_version = ?
       WHERE cell_path = ? AND host = ?`,
      [after.enabled, after.disabledReason, after.forcedDown, after.wantedVersion, after.cellPath, after.host],
    );
  }
  for (const { status } of work.cellMirrors.all()) if (status.gone) forgetHostsOf(tx, status);
};

/** Of a cell that was removed, in the transaction that takes this in: its host that was told of later belongs to the next one of that name. */
const forgetHostsOf = (tx: Transaction, { path, version }: CellStatus): void =>
  tx.change(
    `UPDATE host_mirrors SET ${FORGET}, generation = GREATEST(generation, ?) WHERE cell_path = ? AND gone = 0
     AND told_at <= (SELECT received_at FROM cell_mirrors WHERE path = ? AND cell_mirrors.gone = 1)`,
    [version.generation, path, path],
  );

/** Whatever was wanted of it goes with it: a host of that name that comes later is another one. */
const FORGET = 'gone = 1, enabled = 1, disabled_reason = NULL, forced_down = 0, wanted_version = 0, heard_version = 0';

const storeMirrors = (tx: Transaction, work: UnitOfWork): void => {
  const mirrors = work.hostMirrors.all();
  if (mirrors.length === 0) return;
  const rows = mirrors.map(m => [
    mirrorUuid(m),
    m.cellPath,
    m.host,
    m.version.epoch,
    m.version.generation,
    m.zone,
    m.enabled,
    m.disabledReason,
    m.forcedDown,
    m.orderedVersion,
    m.up,
    m.lastSeenAt,
    JSON.stringify(m),
    work.now,
    false,
  ]);
  const statement = `INSERT INTO host_mirrors (${COLUMNS.join(',')}) VALUES ? ON DUPLICATE KEY UPDATE ${SETTERS.join(', ')}`;
  tx.change(statement, [rows]);
};

/** A uuid that is the same whenever this host of this cell is mirrored again. */
const mirrorUuid = (place: HostPlace): string => {
  const hex = createHash('sha256').update(hostPlaceKey(place)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const WISHES = ['enabled', 'disabled_reason', 'forced_down'];
const FACTS = ['zone', 'up', 'last_seen_at', 'mirror', 'heard_version'];
const COLUMNS = [
  'uuid',
  'cell_path',
  'host',
  'epoch',
  'generation',
  'zone',
  ...WISHES,
  'heard_version',
  'up',
  'last_seen_at',
  'mirror',
  'told_at',
  'gone',
];

/** One from a clock that was set back is believed when no other comes, but not of a host that was removed. */
const BELIEVED = `((VALUES(epoch), VALUES(generation)) >= (epoch, generation) OR (gone = 0 AND VALUES(told_at) > told_at + ${STATUS_STALE_MS}))`;
/** What was ordered here and is not known there yet is not undone by what the cell says meanwhile. */
const HEARD = `${BELIEVED} AND VALUES(heard_version) >= wanted_version`;
/** MariaDB assigns from left to right. What is compared is set last, the time when only the version is left to ask. */
const SETTERS = [
  ...WISHES.map(column => `${column} = IF(${HEARD}, VALUES(${column}), ${column})`),
  ...[...FACTS, 'generation', 'epoch', 'told_at', 'gone'].map(column => `${column} = IF(${BELIEVED}, VALUES(${column}), ${column})`),
];

/** Of these hosts, by their keys: locked. Those that are gone are not there. */
export const SERVICES = `SELECT cell_path, host, enabled, disabled_reason, forced_down, wanted_version, heard_version
  FROM host_mirrors WHERE (cell_path, host) IN (?) AND gone = 0 ORDER BY cell_path, host FOR UPDATE`;

/** A key as the statement takes it. */
export const placeOf = (key: string): string[] => {
  const at = key.indexOf('@');
  return [key.slice(0, at), key.slice(at + 1)];
};

export const hostServiceFromRaw = (raw: Raw): HostServiceRow => ({
  cellPath: String(raw.cell_path),
  host: String(raw.host),
  enabled: Boolean(raw.enabled),
  disabledReason: textOf(raw.disabled_reason),
  forcedDown: Boolean(raw.forced_down),
  wantedVersion: Number(raw.wanted_version),
  heardVersion: Number(raw.heard_version),
});

export const listUnheardHosts = async (sql: Sql, graceMs: number, limit: number): Promise<HostPlace[]> => {
  const statement = `SELECT cell_path, host FROM host_mirrors
    WHERE wanted_version > heard_version AND told_at > wanted_version + ? AND gone = 0 ORDER BY cell_path, host LIMIT ?`;
  const rows = await select<Raw>(sql, statement, [graceMs, limit]);
  return rows.map(row => ({ cellPath: String(row.cell_path), host: String(row.host) }));
};
