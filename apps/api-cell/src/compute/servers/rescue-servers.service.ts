import { type Clock, CloudError, whyNot } from '#domain';
import type { ImageCaller, ImageService } from '#images';
import type { CellGateway } from '../cell-gateway.js';
import { imageSource } from './image-source.js';
import { generatePassword } from './server-names.js';
import type { ServersRepository } from './servers.repository.js';

export interface RescueServersDeps {
  readonly gateway: CellGateway;
  readonly images: Pick<ImageService, 'get' | 'downloadGrant'>;
  readonly servers: ServersRepository;
  readonly clock: Clock;
}

export interface WantedRescue {
  readonly adminPass?: string;
  /** Of the image that it boots from; the one that it was made of when left out. */
  readonly rescue_image_ref?: string;
}

/** The action `rescue`: a server boots from an image, with its own disk second. */
export class RescueServersService {
  constructor(private readonly deps: RescueServersDeps) {}

  /**
   * @returns the administrator's password of the rescue system
   * @throws CloudError `notFound`, `conflict` in Nova's words, `invalid` for an image that is not there or cannot be used.
   */
  async rescue(ctx: ImageCaller, uuid: string, wanted: WantedRescue): Promise<string> {
    const { gateway, servers } = this.deps;
    const { state } = await servers.show(ctx, uuid);
    const reason = whyNot('rescue', uuid, state);
    if (reason) throw new CloudError('conflict', reason);
    const id = wanted.rescue_image_ref ?? (await gateway.orderOf(ctx, uuid)).image?.id;
    const image = id === undefined ? null : await this.image(ctx, id);
    const adminPassword = wanted.adminPass ?? generatePassword();
    await gateway.act(ctx, uuid, { name: 'rescue', image, adminPassword });
    return adminPassword;
  }

  private async image(ctx: ImageCaller, id: string) {
    const found = await imageSource(this.deps, ctx, id, ({ status }) => {
      if (status !== 'active') throw new CloudError('invalid', `Image ${id} is not active.`);
    });
    if (!found) throw new CloudError('invalid', `Image ${id} could not be found.`);
    return found;
  }
}
