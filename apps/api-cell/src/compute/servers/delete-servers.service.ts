import type { InstanceState, RequestContext } from '#domain';
import type { ImageCaller, ImageService } from '#images';
import type { CellGateway } from '../cell-gateway.js';
import { orderLimits, type QuotaLimitsService } from '../quotas/quota-limits.service.js';
import type { ServersRepository } from './servers.repository.js';

export interface DeleteServersDeps {
  readonly gateway: CellGateway;
  readonly images: Pick<ImageService, 'delete'>;
  readonly servers: ServersRepository;
  readonly quotas: QuotaLimitsService;
  /** How long a deleted server can be restored; 0: not at all. Nova's reclaim_instance_interval. */
  readonly reclaimSeconds: number;
}

/** Servers that go, with what is kept of them elsewhere, and those that come back. */
export class DeleteServersService {
  constructor(private readonly deps: DeleteServersDeps) {}

  /**
   * For good, unless deleted servers are kept for a while.
   * @throws CloudError `notFound`; `conflict` when it is locked. A second deletion of one that is on its way out is no error.
   */
  async delete(ctx: ImageCaller, uuid: string): Promise<void> {
    const { gateway, reclaimSeconds } = this.deps;
    if (reclaimSeconds === 0) await this.deleteForGood(ctx, uuid);
    else await this.afterDeletion(ctx, uuid, await gateway.deleteServerSoftly(ctx, uuid, reclaimSeconds));
  }

  /** Whatever state it is in, soft-deleted or not. @throws as `delete` */
  async deleteForGood(ctx: ImageCaller, uuid: string): Promise<void> {
    await this.afterDeletion(ctx, uuid, await this.deps.gateway.deleteServer(ctx, uuid));
  }

  /** @throws CloudError `notFound`; `conflict` when it is not soft-deleted; `overLimit` when there is no quota for it any more. */
  async restore(ctx: RequestContext, uuid: string): Promise<void> {
    const { gateway, servers, quotas } = this.deps;
    const server = await servers.show(ctx, uuid);
    await gateway.restoreServer(ctx, server, orderLimits(await quotas.forUser(server.projectId, server.userId)));
  }

  /** That the server is gone matters more than that its image stays. */
  private async afterDeletion(ctx: ImageCaller, uuid: string, former: InstanceState): Promise<void> {
    if (!isKeptAsImage(former)) return;
    const { images, servers } = this.deps;
    const imageId = await servers.shelvedImageOf(uuid);
    if (imageId !== null) await images.delete(ctx, imageId).catch(() => undefined);
  }
}

const isKeptAsImage = ({ vmState, taskState }: InstanceState): boolean =>
  vmState === 'shelved' || vmState === 'shelved_offloaded' || (taskState?.startsWith('shelving') ?? false);
