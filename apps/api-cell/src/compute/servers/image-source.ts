import type { ImageSource } from '#contracts';
import { type Clock, CloudError } from '#domain';
import type { Image, ImageCaller, ImageService } from '#images';

/** A build may wait for room, and be tried in one cell after another. */
const IMAGE_GRANT_MS = 24 * 3600 * 1000;

/**
 * What a host needs to fetch an image that the caller may see; undefined when there is none.
 * @param check throws to refuse the image
 * @throws CloudError `invalid` for an image whose data cannot be checked.
 */
export const imageSource = async (
  { images, clock }: { readonly images: Pick<ImageService, 'get' | 'downloadGrant'>; readonly clock: Clock },
  ctx: ImageCaller,
  id: string,
  check: (image: Image) => void,
): Promise<ImageSource | undefined> => {
  const image = await images.get(ctx, id).catch(error => {
    if (error instanceof CloudError && error.kind === 'notFound') return undefined;
    throw error;
  });
  if (!image) return undefined;
  check(image);
  const { url, headers } = await images.downloadGrant(id, { expiresAt: clock.now() + IMAGE_GRANT_MS });
  if (image.sha512 === null) throw new CloudError('invalid', `Image ${id} has no sha512 checksum.`);
  return {
    id,
    name: image.name ?? '',
    diskFormat: image.diskFormat ?? 'raw',
    sizeBytes: image.sizeBytes ?? 0,
    sha512: image.sha512,
    minDiskGb: image.minDiskGb,
    minMemoryMb: image.minMemoryMb,
    properties: { ...image.properties },
    url,
    headers: { ...headers },
  };
};
