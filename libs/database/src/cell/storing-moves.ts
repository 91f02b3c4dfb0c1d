import type { UnitOfWork } from '#cell';
import type { Transaction } from './transaction.js';

const COLUMNS = [
  'uuid',
  'instance_uuid',
  'epoch',
  'generation',
  'type',
  'status',
  'source_host',
  'dest_host',
  'user_id',
  'project_id',
  'created_at',
  'updated_at',
  'move',
] as const;
/** The version is set last: MariaDB assigns from left to right, and the others compare with the old one. */
const CHANGING = ['status', 'source_host', 'dest_host', 'updated_at', 'move', 'generation', 'epoch'] as const;

/** What users see of servers that move: the record of each move, and the flavor that a server has by it. */
export const storeMoves = (tx: Transaction, work: UnitOfWork): void => {
  const rows = work.moves
    .all()
    .map(({ instanceUuid, move, version }) => [
      move.uuid,
      instanceUuid,
      version.epoch,
      version.generation,
      move.type,
      move.status,
      move.sourceHost,
      move.destHost,
      move.userId,
      move.projectId,
      move.createdAt,
      move.updatedAt,
      JSON.stringify(move),
    ]);
  const newer = '(VALUES(epoch), VALUES(generation)) >= (epoch, generation)';
  const setters = CHANGING.map(column => `${column} = IF(${newer}, VALUES(${column}), ${column})`);
  if (rows.length)
    tx.change(`INSERT INTO migrations (${COLUMNS.join(',')}) VALUES ? ON DUPLICATE KEY UPDATE ${setters.join(', ')}`, [rows]);
  for (const { uuid, flavor } of work.serverFlavors.all())
    tx.change('UPDATE instances SET flavor_id = ?, flavor = ? WHERE uuid = ?', [flavor.flavorId, JSON.stringify(flavor), uuid]);
};
