import type { ImageSource } from '#contracts';
import { type Clock, CloudError, type RequestContext } from '#domain';
import type { ImageService } from '#images';
import type { CellGateway } from '../cell-gateway.js';
import type { HostsRepository } from '../hosts/hosts.repository.js';
import { imageSource } from '../servers/image-source.js';
import type { AggregatesService } from './aggregates.service.js';

export interface AggregateImagesDeps {
  readonly gateway: Pick<CellGateway, 'cacheImages'>;
  readonly images: Pick<ImageService, 'get' | 'downloadGrant'>;
  readonly aggregates: Pick<AggregatesService, 'show'>;
  readonly hosts: Pick<HostsRepository, 'list'>;
  readonly clock: Clock;
}

/** Images that the hosts of an aggregate fetch before any server asks for them. */
export class AggregateImagesService {
  constructor(private readonly deps: AggregateImagesDeps) {}

  /** Hosts that are down are left out. @throws CloudError `notFound` for the aggregate; `invalid` for an image, and for one named twice. */
  async cache(ctx: RequestContext, id: number, imageIds: readonly string[]): Promise<void> {
    if (new Set(imageIds).size < imageIds.length) throw new CloudError('invalid', 'Duplicate images in request');
    const { hosts } = await this.deps.aggregates.show(id);
    const images = await Promise.all(imageIds.map(imageId => this.image(ctx, imageId)));
    const places = (await this.deps.hosts.list()).filter(host => host.up && hosts.includes(host.host));
    if (places.length > 0) await this.deps.gateway.cacheImages(ctx, places, images);
  }

  private async image(ctx: RequestContext, id: string): Promise<ImageSource> {
    const found = await imageSource(this.deps, ctx, id, ({ status }) => {
      if (status !== 'active') throw new CloudError('invalid', `Image ${id} is not active.`);
    });
    if (!found) throw new CloudError('invalid', `Image ${id} could not be found.`);
    return found;
  }
}
