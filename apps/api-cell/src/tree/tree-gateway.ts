import { ApiOrders, type HostPlace, type HostWish, type MoveRequest, type SteeredMove } from '#cell';
import type { CellNode } from '#cell-service';
import type {
  BuildSpec,
  CellPayload,
  CellQuery,
  CellResult,
  ConsoleDoor,
  ConsoleKind,
  GuestDiagnostics,
  HostChanges,
  ImageSource,
  InstanceOrder,
} from '#contracts';
import type { SqlCellStore } from '#database';
import { CloudError, type InstanceState, isAdmin, messageOf, type RequestContext } from '#domain';
import {
  type Asker,
  type CellGateway,
  membershipText,
  type NewServer,
  type OwnedServer,
  type QuotaLimits,
  type ServerColumns,
} from '../compute/index.js';

const QUERY_SECONDS = 20;
const UPTIME_SECONDS = 5;

/** The compute API's door to the tree, as the root cell keeps it. */
export class TreeGateway implements CellGateway {
  private readonly orders: ApiOrders;

  constructor(
    private readonly node: CellNode,
    private readonly store: SqlCellStore,
  ) {
    this.orders = new ApiOrders(node.cell, node.engine.builds, store);
  }

  createServers(ctx: RequestContext, servers: readonly NewServer[], limits: QuotaLimits): Promise<void> {
    return this.orders.createServers(
      ctx,
      servers.map(server => ({ spec: server.spec, columns: columnsOf(server) })),
      limits,
    );
  }

  deleteServer(ctx: RequestContext, uuid: string): Promise<InstanceState> {
    return this.orders.deletions.delete(ctx, uuid);
  }

  deleteServerSoftly(ctx: RequestContext, uuid: string, reclaimSeconds: number): Promise<InstanceState> {
    return this.orders.deletions.deleteSoftly(ctx, uuid, reclaimSeconds);
  }

  restoreServer(ctx: RequestContext, { uuid, projectId, userId }: OwnedServer, limits: QuotaLimits): Promise<void> {
    return this.orders.deletions.restore(ctx, uuid, { projectId, userId }, limits);
  }

  async orderOf(ctx: RequestContext, uuid: string): Promise<BuildSpec> {
    const spec = await this.store.findSpec(uuid);
    if (!spec || (spec.projectId !== ctx.projectId && !isAdmin(ctx)))
      throw new CloudError('notFound', `Instance ${uuid} could not be found.`);
    return spec;
  }

  act(ctx: RequestContext, uuid: string, action: InstanceOrder, columns?: ServerColumns): Promise<void> {
    return this.orders.act(ctx, uuid, action, columns);
  }

  rebuild(ctx: RequestContext, spec: BuildSpec, columns: ServerColumns): Promise<void> {
    return this.orders.rebuild(ctx, spec, columns);
  }

  beginMove(ctx: RequestContext, { uuid, projectId, userId }: OwnedServer, request: MoveRequest, limits: QuotaLimits): Promise<void> {
    return this.orders.moves.begin(ctx, uuid, { projectId, userId }, request, limits);
  }

  endMove(ctx: RequestContext, uuid: string, action: 'confirm' | 'revert'): Promise<void> {
    return this.orders.moves.end(ctx, uuid, action);
  }

  steerMove(ctx: RequestContext, uuid: string, action: 'abortLive' | 'completeLive', move: SteeredMove): Promise<void> {
    return this.orders.moves.steer(ctx, uuid, action, move);
  }

  resetState(ctx: RequestContext, uuid: string, vmState: 'active' | 'error'): Promise<void> {
    return this.orders.resetState(ctx, uuid, vmState);
  }

  lock(ctx: RequestContext, uuid: string, reason: string | null): Promise<void> {
    return this.orders.lock(ctx, uuid, reason);
  }

  unlock(ctx: RequestContext, uuid: string, options: { readonly others: boolean }): Promise<void> {
    return this.orders.unlock(ctx, uuid, options);
  }

  updateHost(ctx: RequestContext, place: HostPlace, changes: HostChanges): Promise<HostWish> {
    return this.node.engine.hostOrders.update(place, changes, ctx.requestId);
  }

  removeHost(ctx: RequestContext, place: HostPlace): Promise<void> {
    return this.node.engine.hostOrders.remove(place, ctx.requestId);
  }

  cacheImages(ctx: RequestContext, places: readonly HostPlace[], images: readonly ImageSource[]): Promise<void> {
    return this.node.engine.hostOrders.cacheImages(places, images, ctx.requestId);
  }

  async globalsChanged(): Promise<void> {
    await this.node.engine.globals.push().catch(error => {
      this.node.cell.log.warn('globals were not pushed', { reason: messageOf(error) });
    });
  }

  catchUpWithGlobals(): Promise<void> {
    return this.node.engine.globals.load();
  }

  async consoleOutput(ctx: RequestContext, uuid: string, lines: number | null): Promise<string> {
    await this.orderOf(ctx, uuid);
    return (await this.ask(ctx, 'console.output', { instanceUuid: uuid, lines })).output;
  }

  findConsole(ctx: Asker, uuid: string, kind: ConsoleKind): Promise<{ host: string }> {
    return this.ask(ctx, 'console.find', { instanceUuid: uuid, console: kind });
  }

  connectConsole(ctx: Asker, uuid: string, kind: ConsoleKind, door: ConsoleDoor): Promise<{ host: string }> {
    return this.ask(ctx, 'console.connect', { instanceUuid: uuid, console: kind, door });
  }

  diagnostics(ctx: Asker, uuid: string): Promise<GuestDiagnostics> {
    return this.ask(ctx, 'instance.diagnostics', { instanceUuid: uuid });
  }

  async uptime(ctx: RequestContext, { cellPath, host }: HostPlace): Promise<string> {
    return (await this.ask(ctx, 'hypervisor.uptime', { cellPath, host }, UPTIME_SECONDS)).uptime;
  }

  private async ask<M extends CellQuery>(
    { requestId, deadline }: Asker,
    method: M,
    payload: CellPayload<M>,
    seconds = QUERY_SECONDS,
  ): Promise<CellResult<M>> {
    const { cell, engine } = this.node;
    const now = cell.clock.now();
    const query = cell.envelope(now, method, cell.path, requestId, payload, Math.min(deadline, now + seconds * 1000));
    return (await engine.answer(query, this.node)) as CellResult<M>;
  }
}

const columnsOf = ({ spec, columns }: NewServer): Record<string, string | number | boolean | null> => ({
  project_id: spec.projectId,
  user_id: spec.userId,
  display_name: spec.name,
  display_description: columns.displayDescription,
  hostname: spec.hostname,
  flavor_id: spec.flavor.flavorId,
  flavor: JSON.stringify(spec.flavor),
  image_ref: spec.image?.id ?? '',
  key_name: spec.keyName,
  availability_zone: spec.availabilityZone,
  metadata: JSON.stringify(spec.metadata),
  tags: JSON.stringify(columns.tags),
  security_groups: columns.securityGroups && membershipText(columns.securityGroups),
  user_data: spec.userData,
  config_drive: spec.configDrive,
  access_ip_v4: columns.accessIpV4,
  access_ip_v6: columns.accessIpV6,
  disk_config: columns.diskConfig,
  reservation_id: columns.reservationId,
  launch_index: spec.launchIndex,
  root_device_name: columns.rootDeviceName,
  created_at: spec.createdAt,
});
