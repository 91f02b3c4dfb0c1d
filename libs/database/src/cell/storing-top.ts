import type { UnitOfWork } from '#cell';
import { storeHostMirrors } from './host-mirrors.js';
import type { Value } from './sql.js';
import { storeMoves } from './storing-moves.js';
import type { Transaction } from './transaction.js';

/** What only the root keeps: the records that users and operators read. */
export const storeTop = (tx: Transaction, work: UnitOfWork): void => {
  storeActions(tx, work);
  storeQuota(tx, work);
  storeHostMirrors(tx, work);
  storeMoves(tx, work);
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
