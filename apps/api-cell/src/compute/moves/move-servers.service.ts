import type { MoveRequest } from '#cell';
import { CloudError } from '#domain';
import type { Call } from '../api/index.js';
import type { CellGateway } from '../cell-gateway.js';
import type { FlavorsRepository } from '../flavors/flavors.repository.js';
import type { HostStates } from '../hosts/host-states.js';
import { orderLimits, type QuotaLimitsService } from '../quotas/quota-limits.service.js';
import type { ServerChanges } from '../servers/server-changes.js';
import type { ServerRow } from '../servers/server-row.js';
import type { ServersRepository } from '../servers/servers.repository.js';
import type { LiveChecks } from './live-checks.js';

export interface MoveServersDeps {
  readonly gateway: CellGateway;
  readonly servers: ServersRepository;
  readonly changes: ServerChanges;
  readonly flavors: FlavorsRepository;
  readonly quotas: QuotaLimitsService;
  readonly hosts: HostStates;
  readonly liveChecks: LiveChecks;
}

export interface Resize {
  readonly flavorRef: string | number;
  readonly diskConfig: 'AUTO' | 'MANUAL' | undefined;
}

/** A move, and the only host that will do. */
export type WantedMove = Omit<MoveRequest, 'host'> & { readonly host: string | undefined };

/** What is decided of a move before the tree of cells takes over. */
export class MoveServersService {
  constructor(private readonly deps: MoveServersDeps) {}

  /** @throws CloudError `notFound`, `conflict`, `invalid`, `overLimit` in Nova's words. */
  async resize(call: Call, { flavorRef, diskConfig }: Resize): Promise<void> {
    const { flavors, changes } = this.deps;
    const server = await this.server(call);
    const flavorId = String(flavorRef).split('/').at(-1) ?? '';
    const found = await flavors.find(call.ctx, flavorId);
    if (!found) throw new CloudError('invalid', `Flavor ${flavorId} could not be found.`);
    const { name, vcpus, memoryMb, rootGb, ephemeralGb, swapMb, extraSpecs } = found;
    const flavor = { flavorId: found.flavorId, name, vcpus, memoryMb, rootGb, ephemeralGb, swapMb, extraSpecs: { ...extraSpecs } };
    await this.begin(call, server, { action: 'resize', flavor, host: undefined });
    if (diskConfig !== undefined) await changes.change(call.ctx, server.uuid, () => ({ disk_config: diskConfig }));
  }

  /** @param host the only one that will do. @throws as `resize` */
  async migrate(call: Call, host: string | undefined): Promise<void> {
    const server = await this.server(call);
    if (host !== undefined) await this.deps.hosts.requireInCell(server.cellPath, host);
    await this.begin(call, server, { action: 'migrate', host });
  }

  /** @param host the only one that will do. @throws as `resize` */
  async migrateLive(call: Call, host: string | undefined): Promise<void> {
    const server = await this.server(call);
    if (host !== undefined) await this.deps.hosts.requireInCell(server.cellPath, host);
    const { hosts, liveChecks } = this.deps;
    await hosts.renewed();
    // Only the host that has it can send it.
    if (hosts.of(server.cellPath, server.host)?.up === false)
      throw new CloudError('invalid', `Compute service of ${server.host} is unavailable at this time.`);
    await this.begin(call, server, { action: 'liveMigrate', host });
    if (!call.at.allows('live-checks-in-background')) await liveChecks.passed(server.uuid, call.ctx.requestId);
  }

  /** @throws CloudError `notFound`, `conflict`, `invalid`, `overLimit` in Nova's words. */
  async begin(call: Call, server: ServerRow, { host, ...request }: WantedMove): Promise<void> {
    const { gateway, quotas } = this.deps;
    const limits = orderLimits(await quotas.forUser(server.projectId, server.userId));
    await gateway.beginMove(call.ctx, server, { ...request, ...(host !== undefined && { host }) }, limits);
  }

  private server({ ctx, params: { id = '' } }: Call): Promise<ServerRow> {
    return this.deps.servers.show(ctx, id);
  }
}
