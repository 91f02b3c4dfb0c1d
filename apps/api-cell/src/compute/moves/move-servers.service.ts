import { CloudError } from '#domain';
import type { Call } from '../api/index.js';
import type { CellGateway, QuotaLimits } from '../cell-gateway.js';
import type { FlavorsRepository } from '../flavors/flavors.repository.js';
import type { HostStates } from '../hosts/host-states.js';
import { orderLimits, type QuotaLimitsService } from '../quotas/quota-limits.service.js';
import type { ServerChanges } from '../servers/server-changes.js';
import type { ServerRow } from '../servers/server-row.js';
import type { ServersRepository } from '../servers/servers.repository.js';

export interface MoveServersDeps {
  readonly gateway: CellGateway;
  readonly servers: ServersRepository;
  readonly changes: ServerChanges;
  readonly flavors: FlavorsRepository;
  readonly quotas: QuotaLimitsService;
  readonly hosts: HostStates;
}

export interface Resize {
  readonly flavorRef: string | number;
  readonly diskConfig: 'AUTO' | 'MANUAL' | undefined;
}

/** What is decided of a move before the tree of cells takes over. */
export class MoveServersService {
  constructor(private readonly deps: MoveServersDeps) {}

  /** @throws CloudError `notFound`, `conflict`, `invalid`, `overLimit` in Nova's words. */
  async resize(call: Call, { flavorRef, diskConfig }: Resize): Promise<void> {
    const { gateway, flavors, changes } = this.deps;
    const server = await this.server(call);
    const flavorId = String(flavorRef).split('/').at(-1) ?? '';
    const found = await flavors.find(call.ctx, flavorId);
    if (!found) throw new CloudError('invalid', `Flavor ${flavorId} could not be found.`);
    const { name, vcpus, memoryMb, rootGb, ephemeralGb, swapMb, extraSpecs } = found;
    const flavor = { flavorId: found.flavorId, name, vcpus, memoryMb, rootGb, ephemeralGb, swapMb, extraSpecs: { ...extraSpecs } };
    await gateway.beginMove(call.ctx, server, { action: 'resize', flavor }, await this.limits(server));
    if (diskConfig !== undefined) await changes.change(call.ctx, server.uuid, () => ({ disk_config: diskConfig }));
  }

  /** @param host the only one that will do. @throws as `resize` */
  async migrate(call: Call, host: string | undefined): Promise<void> {
    const server = await this.server(call);
    if (host !== undefined) await this.checkHost(server, host);
    await this.deps.gateway.beginMove(
      call.ctx,
      server,
      { action: 'migrate', ...(host !== undefined && { host }) },
      await this.limits(server),
    );
  }

  private server({ ctx, params: { id = '' } }: Call): Promise<ServerRow> {
    return this.deps.servers.show(ctx, id);
  }

  private async limits({ projectId, userId }: ServerRow): Promise<QuotaLimits> {
    return orderLimits(await this.deps.quotas.forUser(projectId, userId));
  }

  /** @throws CloudError `invalid` for a host that there is not, or that is in another cell. */
  private async checkHost({ cellPath }: ServerRow, host: string): Promise<void> {
    await this.deps.hosts.renewed();
    if (this.deps.hosts.of(cellPath, host)) return;
    const [elsewhere] = this.deps.hosts.cellsOf(host);
    throw new CloudError(
      'invalid',
      elsewhere === undefined
        ? `Compute host ${host} could not be found.`
        : `Compute host ${host} is in cell ${elsewhere}, the server is in ${cellPath}: servers are moved inside their cell only.`,
    );
  }
}
