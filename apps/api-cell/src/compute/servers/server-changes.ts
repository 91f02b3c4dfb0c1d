import type { DataSource, EntityManager } from 'typeorm';
import { BuildSpec } from '#contracts';
import { type Clock, CloudError, type InstanceState, isAdmin, isUuid, type RequestContext, type VmState } from '#domain';
import { serverNotFound } from './servers.repository.js';

/** What users own of a server, by column. JSON columns as text. */
export interface ServerIntent {
  readonly display_name: string;
  readonly display_description: string | null;
  readonly hostname: string;
  readonly access_ip_v4: string | null;
  readonly access_ip_v6: string | null;
  readonly disk_config: string;
  readonly metadata: string;
  readonly tags: string;
}

export interface LockedServer {
  readonly state: InstanceState;
  readonly metadataJson: string;
  readonly tagsJson: string;
  readonly locked: boolean;
}

interface LockedRow {
  project_id: string;
  vm_state: VmState;
  task_state: InstanceState['taskState'];
  metadata: string | null;
  tags: string | null;
  locked_by: string | null;
}

/** Changes of what is owned at the top: the row is read under a lock, so that two requests cannot undo each other's change. */
export class ServerChanges {
  constructor(private readonly deps: { readonly dataSource: DataSource; readonly clock: Clock }) {}

  /**
   * @param change what becomes of the server; throws to refuse. Undefined leaves it as it is.
   * @throws CloudError `notFound`
   */
  async change(ctx: RequestContext, uuid: string, change: (server: LockedServer) => Partial<ServerIntent> | undefined): Promise<void> {
    if (!isUuid(uuid)) throw serverNotFound(uuid);
    await this.deps.dataSource.transaction(async manager => {
      const [row]: LockedRow[] = await manager.query(
        'SELECT project_id, vm_state, task_state, metadata, tags, locked_by FROM instances WHERE uuid = ? AND deleted_at IS NULL FOR UPDATE',
        [uuid],
      );
      if (!row || (row.project_id !== ctx.projectId && !isAdmin(ctx))) throw serverNotFound(uuid);
      const columns = change({
        state: { vmState: row.vm_state, taskState: row.task_state },
        metadataJson: row.metadata ?? '{}',
        tagsJson: row.tags ?? '[]',
        locked: row.locked_by !== null,
      });
      if (columns === undefined || Object.keys(columns).length === 0) return;
      const setters = Object.keys(columns)
        .map(column => `${column} = ?`)
        .join(', ');
      await manager.query(`UPDATE instances SET ${setters}, updated_at = ? WHERE uuid = ?`, [
        ...Object.values(columns),
        this.deps.clock.now(),
        uuid,
      ]);
      await changeOrder(manager, uuid, columns);
    });
  }
}

/** How the server is wanted says it too: a guest that is made of that later is told its new name, host name and metadata. */
const changeOrder = async (
  manager: EntityManager,
  uuid: string,
  { display_name: name, hostname, metadata }: Partial<ServerIntent>,
): Promise<void> => {
  if (name === undefined && hostname === undefined && metadata === undefined) return;
  const [row]: { spec: string }[] = await manager.query('SELECT spec FROM request_specs WHERE uuid = ? FOR UPDATE', [uuid]);
  if (!row) return;
  const spec = BuildSpec.parse({
    ...JSON.parse(row.spec),
    ...(name !== undefined && { name }),
    ...(hostname !== undefined && { hostname }),
    ...(metadata !== undefined && { metadata: JSON.parse(metadata) }),
  });
  await manager.query('UPDATE request_specs SET spec = ? WHERE uuid = ?', [JSON.stringify(spec), uuid]);
};

/** @throws CloudError `conflict` when it is locked and the caller is no administrator. */
export const checkUnlocked = (ctx: RequestContext, uuid: string, { locked }: LockedServer): void => {
  if (locked && !isAdmin(ctx)) throw new CloudError('conflict', `Instance ${uuid} is locked`);
};

const WRITABLE: ReadonlySet<VmState> = new Set<VmState>(['active', 'paused', 'suspended', 'stopped']);

/** @throws CloudError `conflict`: metadata and tags of a server that is being built or failed cannot be changed. */
export const checkWritable = (what: string, uuid: string, { state }: LockedServer): void => {
  if (!WRITABLE.has(state.vmState))
    throw new CloudError('conflict', `Cannot '${what}' instance ${uuid} while it is in vm_state ${state.vmState}`);
};
