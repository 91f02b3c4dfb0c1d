import type { InstanceState } from '#domain';
import type { ImageCaller, ImageService } from '#images';
import type { CellGateway } from '../cell-gateway.js';
import type { ServersRepository } from './servers.repository.js';

export interface DeleteServersDeps {
  readonly gateway: CellGateway;
  readonly images: Pick<ImageService, 'delete'>;
  readonly servers: ServersRepository;
}

/** Servers that go, with what is kept of them elsewhere. */
export class DeleteServersService {
  constructor(private readonly deps: DeleteServersDeps) {}

  /** @throws CloudError `notFound`; `conflict` when it is locked. A second deletion of one that is on its way out is no error. */
  async delete(ctx: ImageCaller, uuid: string): Promise<void> {
    const former = await this.deps.gateway.deleteServer(ctx, uuid);
    if (isKeptAsImage(former)) await this.deleteKept(ctx, uuid);
  }

  /** That the server is gone matters more than that its image stays. */
  private async deleteKept(ctx: ImageCaller, uuid: string): Promise<void> {
    const { images, servers } = this.deps;
    const imageId = await servers.shelvedImageOf(uuid);
    if (imageId !== null) await images.delete(ctx, imageId).catch(() => undefined);
  }
}

const isKeptAsImage = ({ vmState, taskState }: InstanceState): boolean =>
  vmState === 'shelved' || vmState === 'shelved_offloaded' || (taskState?.startsWith('shelving') ?? false);
