import type { Move } from '#contracts';
import { fieldsOf, view } from '#microversion';
import { isoMicroseconds, type Links } from '../api/index.js';

/** A move of a server as its record has it. Times are ms since 1970. */
export interface MigrationRecord {
  readonly id: number;
  readonly serverUuid: string;
  readonly move: Move;
  /** Numbers of the flavors that it is from and to; null for one that was deleted since. */
  readonly oldFlavor: number | null;
  readonly newFlavor: number | null;
}

const IN_PROGRESS: ReadonlySet<string> = new Set(['queued', 'preparing', 'running', 'post-migrating']);

/** Whether Nova shows it among the migrations of its server. */
export const isLiveAndInProgress = ({ move }: MigrationRecord): boolean => move.type === 'live-migration' && IN_PROGRESS.has(move.status);

const listed = fieldsOf<MigrationRecord, Links>();

/** In `GET /os-migrations`. */
export const listedMigration = view<MigrationRecord, Links>({
  id: listed.always(m => m.id),
  status: listed.always(m => m.move.status),
  instance_uuid: listed.always(m => m.serverUuid),
  source_node: listed.always(m => m.move.sourceNode),
  source_compute: listed.always(m => m.move.sourceHost),
  dest_node: listed.always(m => m.move.destNode),
  dest_compute: listed.always(m => m.move.destHost),
  dest_host: listed.always(m => m.move.destHost),
  old_instance_type_id: listed.always(m => m.oldFlavor),
  new_instance_type_id: listed.always(m => m.newFlavor),
  created_at: listed.always(m => isoMicroseconds(m.move.createdAt)),
  updated_at: listed.always(m => isoMicroseconds(m.move.updatedAt)),
  migration_type: listed.since('2.23', m => m.move.type),
  links: listed.since('2.23', (m, links) =>
    isLiveAndInProgress(m) ? links.of(`servers/${m.serverUuid}/migrations`, String(m.id)) : undefined,
  ),
  uuid: listed.since('2.59', m => m.move.uuid),
  user_id: listed.since('2.80', m => m.move.userId),
  project_id: listed.since('2.80', m => m.move.projectId),
});

const own = fieldsOf<MigrationRecord>();

/** In `GET /servers/ID/migrations`. How many bytes there are its host tells every few seconds; null until then. */
export const serverMigration = view<MigrationRecord>({
  id: own.always(m => m.id),
  status: own.always(m => m.move.status),
  server_uuid: own.always(m => m.serverUuid),
  source_node: own.always(m => m.move.sourceNode),
  source_compute: own.always(m => m.move.sourceHost),
  dest_node: own.always(m => m.move.destNode),
  dest_compute: own.always(m => m.move.destHost),
  dest_host: own.always(m => m.move.destHost),
  created_at: own.always(m => isoMicroseconds(m.move.createdAt)),
  updated_at: own.always(m => isoMicroseconds(m.move.updatedAt)),
  memory_total_bytes: own.always(m => m.move.progress?.memoryTotalBytes ?? null),
  memory_processed_bytes: own.always(m => m.move.progress?.memoryProcessedBytes ?? null),
  memory_remaining_bytes: own.always(m => m.move.progress?.memoryRemainingBytes ?? null),
  disk_total_bytes: own.always(m => m.move.progress?.diskTotalBytes ?? null),
  disk_processed_bytes: own.always(m => m.move.progress?.diskProcessedBytes ?? null),
  disk_remaining_bytes: own.always(m => m.move.progress?.diskRemainingBytes ?? null),
  uuid: own.since('2.59', m => m.move.uuid),
  user_id: own.since('2.80', m => m.move.userId),
  project_id: own.since('2.80', m => m.move.projectId),
});
