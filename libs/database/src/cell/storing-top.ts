import { createHash } from 'node:crypto';
import type { UnitOfWork } from '#cell';
import type { Value } from './sql.js';
import type { Transaction } from './transaction.js';

/** What only the root keeps: the records that users and operators read. */
export const storeTop = (tx: Transaction, work: UnitOfWork): void => {
  storeActions(tx, work);
  storeQuota(tx, work);
  storeHostMirrors(tx, work);
};

const storeActions = (tx: Transaction, work: UnitOfWork): void => {
  const actions = work.actions.all().map(a => [a.instanceUuid, a.requestId, a.action, a.userId, a.projectId, a.startTime, a.startTime]);
  tx.upsert('instance_actions', ['instance_uuid', 'request_id', 'action', 'user_id', 'project_id', 'start_time', 'updated_at'], actions, [
    'updated_at',
  ]);
  const events = work.actionEvents.all();
  tx.insert(
    'instance_action_events',
    ['instance_uuid', 'request_id', 'event', 'start_time', 'finish_time', 'result', 'details', 'host'],
    events.map(e => [e.instanceUuid, e.requestId, e.event, e.start, e.finish, e.result, e.details, e.host] satisfies Value[]),
  );
  const failed = events.filter(event => event.result === 'Error').map(event => [event.instanceUuid, event.requestId]);
  if (failed.length) tx.change(`UPDATE instance_actions SET message = 'Error' WHERE (instance_uuid, request_id) IN (?)`, [failed]);
};

const storeQuota = (tx: Transaction, work: UnitOfWork): void => {
  const sums = new Map<string, { instances: number; cores: number; ramMb: number }>();
  for (const delta of work.quotaDeltas.all()) {
    const sum = sums.get(delta.projectId) ?? { instances: 0, cores: 0, ramMb: 0 };
    sums.set(delta.projectId, {
      instances: sum.instances + delta.instances,
      cores: sum.cores + delta.cores,
      ramMb: sum.ramMb + delta.ramMb,
    });
  }
  for (const [projectId, sum] of [...sums].sort()) {
    tx.change(
      `INSERT INTO quota_usages (project_id, instances, cores, ram_mb) VALUES (?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE instances = instances + VALUES(instances), cores = cores + VALUES(cores), ram_mb = ram_mb + VALUES(ram_mb)`,
      [projectId, sum.instances, sum.cores, sum.ramMb],
    );
  }
};

/** A uuid that is the same whenever this host of this cell is mirrored again. */
const mirrorUuid = (cellPath: string, host: string): string => {
  const hex = createHash('sha256').update(`${cellPath}@${host}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

const storeHostMirrors = (tx: Transaction, work: UnitOfWork): void => {
  const mirrors = work.hostMirrors.all();
  const rows = mirrors.map(m => [
    mirrorUuid(m.cellPath, m.host),
    m.cellPath,
    m.host,
    m.version.epoch,
    m.version.generation,
    m.zone,
    m.enabled,
    m.up,
    m.lastSeenAt,
    JSON.stringify(m),
  ]);
  if (rows.length === 0) return;
  const columns = ['uuid', 'cell_path', 'host', 'epoch', 'generation', 'zone', 'enabled', 'up', 'last_seen_at', 'mirror'];
  const newer = '(VALUES(epoch), VALUES(generation)) >= (epoch, generation)';
  // The version is set last: MariaDB assigns from left to right, and the others compare with the old one.
  const setters = ['zone', 'enabled', 'up', 'last_seen_at', 'mirror', 'generation', 'epoch'].map(
    c => `${c} = IF(${newer}, VALUES(${c}), ${c})`,
  );
  tx.change(`INSERT INTO host_mirrors (${columns.join(',')}) VALUES ? ON DUPLICATE KEY UPDATE ${setters.join(', ')}`, [rows]);
};
