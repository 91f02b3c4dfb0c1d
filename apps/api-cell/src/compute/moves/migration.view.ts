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

const { always, since } = fieldsOf<MigrationRecord, unknown>();

/** From where to where, in both views. */
const places = {
  source_node: always(m => m.move.sourceNode),
  source_compute: always(m => m.move.sourceHost),
  dest_node: always(m => m.move.destNode),
  dest_compute: always(m => m.move.destHost),
  dest_host: always(m => m.move.destHost),
};

/** What newer versions tell, in both views. */
const names = {
  uuid: since('2.59', m => m.move.uuid),
  user_id: since('2.80', m => m.move.userId),
  project_id: since('2.80', m => m.move.projectId),
};

/** In `GET /os-migrations`. */
export const listedMigration = view<MigrationRecord, Links>({
  id: always(m => m.id),
  status: always(m => m.move.status),
  instance_uuid: always(m => m.serverUuid),
  ...places,
  old_instance_type_id: always(m => m.oldFlavor),
  new_instance_type_id: always(m => m.newFlavor),
  created_at: always(m => isoMicroseconds(m.move.createdAt)),
  updated_at: always(m => isoMicroseconds(m.move.updatedAt)),
  migration_type: since('2.23', m => m.move.type),
  links: fieldsOf<MigrationRecord, Links>().since('2.23', (m, links) =>
    isLiveAndInProgress(m) ? links.of(`servers/${m.serverUuid}/migrations`, String(m.id)) : undefined,
  ),
  ...names,
});

/** In `GET /servers/ID/migrations`. How many bytes there are its host tells every few seconds; null until then. */
export const serverMigration = view<MigrationRecord>({
  id: always(m => m.id),
  status: always(m => m.move.status),
  server_uuid: always(m => m.serverUuid),
  ...places,
  created_at: always(m => isoMicroseconds(m.move.createdAt)),
  updated_at: always(m => isoMicroseconds(m.move.updatedAt)),
  memory_total_bytes: always(m => m.move.progress?.memoryTotalBytes ?? null),
  memory_processed_bytes: always(m => m.move.progress?.memoryProcessedBytes ?? null),
  memory_remaining_bytes: always(m => m.move.progress?.memoryRemainingBytes ?? null),
  disk_total_bytes: always(m => m.move.progress?.diskTotalBytes ?? null),
  disk_processed_bytes: always(m => m.move.progress?.diskProcessedBytes ?? null),
  disk_remaining_bytes: always(m => m.move.progress?.diskRemainingBytes ?? null),
  ...names,
});
