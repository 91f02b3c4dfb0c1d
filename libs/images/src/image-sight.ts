import { CloudError, isAdmin, isUuid, type RequestContext } from '#domain';
import type { ImageAccess, SeenImage } from './image-access.js';
import type { ImageMembers } from './image-members.js';
import type { ImageRecord } from './image-record.js';
import { type ImagesRepository, noSuchImage } from './images.repository.js';

/** Images as one caller sees them. */
export class ImageSight {
  constructor(
    private readonly images: ImagesRepository,
    private readonly members: ImageMembers,
    private readonly access: ImageAccess,
  ) {}

  /**
   * Whose membership matters is asked for only where nothing else lets the caller in.
   * @throws CloudError `notFound`: one who may not see an image does not learn that it exists.
   */
  async see(ctx: RequestContext, id: string): Promise<ImageRecord & SeenImage> {
    const record = isUuid(id) ? await this.images.find(id) : undefined;
    if (!record) throw noSuchImage(id);
    const { image } = record;
    const isOthersShared = image.visibility === 'shared' && image.owner !== ctx.projectId && !isAdmin(ctx);
    const seen = { ...record, isMember: isOthersShared && (await this.members.find(id, ctx.projectId)) !== undefined };
    this.access.requireVisible(ctx, seen);
    return seen;
  }

  /** @throws CloudError `invalid` naming the marker when it is no image that the caller may see. */
  async requireMarker(ctx: RequestContext, marker: string): Promise<void> {
    try {
      await this.see(ctx, marker);
    } catch (error) {
      if (!(error instanceof CloudError && error.kind === 'notFound')) throw error;
      throw new CloudError('invalid', `Invalid input for field 'marker': there is no image ${marker}.`, { cause: error });
    }
  }
}
