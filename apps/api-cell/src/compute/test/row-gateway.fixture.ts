import type { DataSource, EntityManager } from 'typeorm';
import { changedHost, type HostPlace, type HostWish, type MoveRequest, type SteeredMove } from '#cell';
import type { BuildSpec, ConsoleKind, GuestDiagnostics, HostChanges, ImageSource, InstanceOrder } from '#contracts';
import { ApiInstance, HostMirrorRow, InstanceAction, InstanceActionEvent } from '#database';
import {
  type Clock,
  CloudError,
  guestActionOf,
  type InstanceState,
  isAdmin,
  type MoveActionName,
  moveActions,
  PowerState,
  type RequestContext,
  whyNot,
  whyNotMove,
} from '#domain';
import type { Asker, CellGateway, NewServer, OwnedServer, QuotaLimits, ServerColumns } from '../cell-gateway.js';
import { HOST, MEASURED, UPTIME } from './played-host.fixture.js';
import { rowOf, takeQuota } from './server-rows.fixture.js';

/** A tree of one host that does at once whatever it is told, and writes the rows that the real tree would. */
export class RowGateway implements CellGateway {
  readonly created: NewServer[] = [];
  readonly acted: InstanceOrder[] = [];
  readonly moved: { uuid: string; request: MoveRequest; limits: QuotaLimits }[] = [];
  readonly steered: [string, number][] = [];
  /** False: servers stay in BUILD until `activate`. */
  instant = true;
  /** Whether one may type into servers' serial lines. */
  serialLines = true;
  readonly cached: { hosts: string[]; images: string[] }[] = [];
  readonly silentHosts = new Set<string>();
  /** Writes the record of a move that has begun; there is none unless it is given. */
  recordMove: (ctx: RequestContext, uuid: string) => Promise<void> = async () => undefined;
  /** How often it was told that globals changed. */
  globalsTold = 0;
  /** Of the last request for servers. */
  limits: QuotaLimits | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  async createServers(ctx: RequestContext, servers: readonly NewServer[], limits: QuotaLimits): Promise<void> {
    this.limits = limits;
    await this.dataSource.transaction(async manager => {
      await takeQuota(manager, ctx.projectId, servers, limits);
      for (const server of servers) {
        await manager.insert(ApiInstance, rowOf(server));
        await this.record(manager, ctx, server.spec.instanceUuid, 'create');
      }
    });
    this.created.push(...servers);
    if (this.instant) for (const { spec } of servers) await this.activate(spec.instanceUuid);
  }

  async activate(uuid: string): Promise<void> {
    const { cellPath, host, node } = HOST;
    await this.set(uuid, {
      cellPath,
      host,
      node,
      vmState: 'active',
      taskState: null,
      powerState: PowerState.RUNNING,
      launchedAt: String(this.clock.now()),
    });
  }

  async fail(uuid: string, message: string): Promise<void> {
    const fault = JSON.stringify({ code: 500, message, details: 'the trail', created: this.clock.now() });
    await this.set(uuid, { vmState: 'error', taskState: null, fault });
  }

  async deleteServer(ctx: RequestContext, uuid: string): Promise<InstanceState> {
    const { vmState, taskState } = await this.findUnlocked(ctx, uuid);
    await this.set(uuid, { deletedAt: String(this.clock.now()), vmState: 'deleted', taskState: null });
    await this.record(this.dataSource.manager, ctx, uuid, 'delete');
    return { vmState, taskState } as InstanceState;
  }

  async deleteServerSoftly(ctx: RequestContext, uuid: string): Promise<InstanceState> {
    const { vmState, taskState } = await this.findUnlocked(ctx, uuid);
    await this.set(uuid, { vmState: 'soft-delete', taskState: null, powerState: PowerState.SHUTDOWN });
    await this.record(this.dataSource.manager, ctx, uuid, 'delete');
    return { vmState, taskState } as InstanceState;
  }

  async restoreServer(ctx: RequestContext, { uuid }: OwnedServer): Promise<void> {
    await this.act(ctx, uuid, { name: 'restore' });
  }

  async orderOf(ctx: RequestContext, uuid: string): Promise<BuildSpec> {
    await this.find(ctx, uuid);
    const found = this.created.find(({ spec }) => spec.instanceUuid === uuid);
    if (!found) throw new CloudError('notFound', `Instance ${uuid} could not be found.`);
    return found.spec;
  }

  async act(ctx: RequestContext, uuid: string, action: InstanceOrder, columns: ServerColumns = {}): Promise<void> {
    const { name } = action;
    const { ends, record, lockedToo } = guestActionOf(name);
    const { vmState, taskState } = await (lockedToo ? this.find(ctx, uuid) : this.findUnlocked(ctx, uuid));
    const reason = whyNot(name, uuid, { vmState, taskState } as Parameters<typeof whyNot>[2]);
    if (reason !== undefined) throw new CloudError('conflict', reason);
    if (ends !== null) await this.set(uuid, { vmState: ends, powerState: ends === 'active' ? PowerState.RUNNING : PowerState.SHUTDOWN });
    await this.record(this.dataSource.manager, ctx, uuid, record);
    await this.setColumns(uuid, columns);
    this.acted.push(action);
  }

  async rebuild(ctx: RequestContext, spec: BuildSpec, columns: ServerColumns): Promise<void> {
    await this.act(ctx, spec.instanceUuid, { name: 'rebuild', spec, start: true }, columns);
  }

  private async setColumns(uuid: string, columns: ServerColumns): Promise<void> {
    const names = Object.keys(columns).map(name => `${name} = ?`);
    if (names.length)
      await this.dataSource.query(`UPDATE instances SET ${names.join(', ')} WHERE uuid = ?`, [...Object.values(columns), uuid]);
  }

  async beginMove(ctx: RequestContext, { uuid }: OwnedServer, request: MoveRequest, limits: QuotaLimits): Promise<void> {
    const { action, flavor } = request;
    this.refuseMove(action, await this.findUnlocked(ctx, uuid));
    this.moved.push({ uuid, request, limits });
    const vmState = action === 'evacuate' || action === 'liveMigrate' ? 'active' : 'resized';
    const taskState = action === 'liveMigrate' ? 'migrating' : null;
    await this.set(uuid, { vmState, taskState, ...(flavor && { flavorId: flavor.flavorId, flavor: JSON.stringify(flavor) }) });
    await this.record(this.dataSource.manager, ctx, uuid, moveActions[action].record);
    await this.recordMove(ctx, uuid);
  }

  async endMove(ctx: RequestContext, uuid: string, action: 'confirm' | 'revert'): Promise<void> {
    this.refuseMove(action, await this.findUnlocked(ctx, uuid));
    await this.set(uuid, { vmState: 'active' });
    await this.record(this.dataSource.manager, ctx, uuid, moveActions[action].record);
  }

  async steerMove(ctx: RequestContext, uuid: string, action: 'abortLive' | 'completeLive', move: SteeredMove): Promise<void> {
    this.refuseMove(action, await this.findUnlocked(ctx, uuid));
    if (!move.statuses.includes(move.status)) throw new CloudError('invalid', `Migration ${move.id} is ${move.status}`);
    this.steered.push([action, move.id]);
  }

  private refuseMove(action: MoveActionName, { uuid, vmState, taskState }: ApiInstance): void {
    const reason = whyNotMove(action, uuid, { vmState, taskState } as Parameters<typeof whyNotMove>[2]);
    if (reason !== undefined) throw new CloudError('conflict', reason);
  }

  async resetState(ctx: RequestContext, uuid: string, vmState: 'active' | 'error'): Promise<void> {
    await this.find(ctx, uuid);
    await this.set(uuid, { vmState, taskState: null });
  }

  async lock(ctx: RequestContext, uuid: string, reason: string | null): Promise<void> {
    const { projectId } = await this.find(ctx, uuid);
    await this.set(uuid, { lockedBy: projectId === ctx.projectId ? 'owner' : 'admin', lockedReason: reason });
  }

  async unlock(ctx: RequestContext, uuid: string, { others }: { others: boolean }): Promise<void> {
    if ((await this.find(ctx, uuid)).lockedBy === 'admin' && !others) throw new CloudError('forbidden', 'locked by an administrator');
    await this.set(uuid, { lockedBy: null, lockedReason: null });
  }

  async updateHost(_ctx: RequestContext, { cellPath, host }: HostPlace, changes: HostChanges): Promise<HostWish> {
    const { enabled, disabledReason, forcedDown } = await this.dataSource.manager.findOneByOrFail(HostMirrorRow, { cellPath, host });
    const wish = changedHost({ enabled, disabledReason, forcedDown }, changes);
    await this.dataSource.manager.update(HostMirrorRow, { cellPath, host }, wish);
    return wish;
  }

  async removeHost(_ctx: RequestContext, { cellPath, host }: HostPlace): Promise<void> {
    await this.dataSource.manager.update(HostMirrorRow, { cellPath, host }, { gone: true });
  }

  async cacheImages(_ctx: RequestContext, places: readonly HostPlace[], images: readonly ImageSource[]): Promise<void> {
    this.cached.push({ hosts: places.map(({ host }) => host), images: images.map(({ id }) => id) });
  }

  async globalsChanged(): Promise<void> {
    this.globalsTold += 1;
  }

  async catchUpWithGlobals(): Promise<void> {}

  async consoleOutput(ctx: RequestContext, uuid: string, lines: number | null): Promise<string> {
    await this.find(ctx, uuid);
    const all = ['one', 'two', 'three'];
    return (lines === null ? all : all.slice(-lines)).join('\n');
  }

  async findConsole(_ctx: Asker, uuid: string, kind: ConsoleKind): Promise<{ host: string }> {
    await this.findRunning(uuid);
    if (kind === 'serial' && !this.serialLines)
      throw new CloudError('notImplemented', `instance ${uuid} was made without a serial console`);
    return { host: HOST.host };
  }

  connectConsole(ctx: Asker, uuid: string, kind: ConsoleKind): Promise<{ host: string }> {
    return this.findConsole(ctx, uuid, kind);
  }

  async diagnostics(_ctx: Asker, uuid: string): Promise<GuestDiagnostics> {
    await this.findRunning(uuid);
    return MEASURED;
  }

  private async findRunning(uuid: string): Promise<void> {
    const row = await this.dataSource.manager.findOneBy(ApiInstance, { uuid });
    if (row?.powerState !== PowerState.RUNNING) throw new CloudError('conflict', `Instance ${uuid} is not ready`);
  }

  async uptime(_ctx: RequestContext, { host }: HostPlace): Promise<string> {
    if (this.silentHosts.has(host)) throw new CloudError('unavailable', `api!east@${host} did not answer in time`);
    return UPTIME;
  }

  private async findUnlocked(ctx: RequestContext, uuid: string): Promise<ApiInstance> {
    const row = await this.find(ctx, uuid);
    if (row.lockedBy !== null && !isAdmin(ctx)) throw new CloudError('conflict', `Instance ${uuid} is locked`);
    return row;
  }

  private async find(ctx: RequestContext, uuid: string): Promise<ApiInstance> {
    const row = await this.dataSource.manager.findOneBy(ApiInstance, { uuid });
    if (!row || row.deletedAt !== null || (row.projectId !== ctx.projectId && !isAdmin(ctx))) {
      throw new CloudError('notFound', `Instance ${uuid} could not be found.`);
    }
    return row;
  }

  private async set(uuid: string, columns: Partial<ApiInstance>): Promise<void> {
    await this.dataSource.manager.update(
      ApiInstance,
      { uuid },
      { ...columns, generation: () => 'generation + 1', updatedAt: String(this.clock.now()) },
    );
  }

  private async record(manager: EntityManager, ctx: RequestContext, instanceUuid: string, action: string): Promise<void> {
    const now = String(this.clock.now());
    const { requestId, userId, projectId } = ctx;
    await manager.insert(InstanceAction, {
      instanceUuid,
      requestId,
      action,
      userId,
      projectId,
      startTime: now,
      updatedAt: now,
      message: null,
    });
    await manager.insert(InstanceActionEvent, {
      instanceUuid,
      requestId,
      event: `compute__do_${action}`,
      startTime: now,
      finishTime: now,
      result: 'Success',
      details: null,
      host: HOST.host,
    });
  }
}
