import { CloudError } from '#domain';
import type { Image, ImageCaller, ImageService } from '#images';

/** The image service as the compute API passes it on. */
export class ProxiedImages {
  constructor(readonly service: Pick<ImageService, 'get' | 'list' | 'delete' | 'changeProperties' | 'urlOf'>) {}

  /** @throws CloudError `notFound` in Nova's words. */
  get(ctx: ImageCaller, id: string): Promise<Image> {
    return this.service.get(ctx, id).catch(inNovasWords);
  }

  /** @throws CloudError `notFound`, `forbidden`, and what `change` throws. */
  async changeProperties(
    ctx: ImageCaller,
    id: string,
    change: (properties: Image['properties']) => Image['properties'],
  ): Promise<Image['properties']> {
    return (await this.service.changeProperties(ctx, id, change).catch(inNovasWords)).properties;
  }
}

export const imageNotFound = (cause: unknown): CloudError => new CloudError('notFound', 'Image not found.', { cause });

const NOT_FOUND = /^No image found/;
const inNovasWords = (error: unknown): never => {
  if (error instanceof CloudError && error.kind === 'notFound' && NOT_FOUND.test(error.message)) throw imageNotFound(error);
  throw error;
};
