import { CloudError, type FlavorSnapshot } from '#domain';
import type { Image } from '#images';

/**
 * Whether servers of this flavor can be made of this image.
 * @throws CloudError `invalid` in Nova's words.
 */
export const checkImage = (image: Image, flavor: FlavorSnapshot): void => {
  if (image.status !== 'active') throw new CloudError('invalid', `Image ${image.id} is not active.`);
  if (flavor.memoryMb < image.minMemoryMb) throw new CloudError('invalid', "Flavor's memory is too small for requested image.");
  // A flavor without a root disk takes the size of the image.
  if (flavor.rootGb === 0) return;
  const diskBytes = flavor.rootGb * 2 ** 30;
  const imageBytes = image.virtualSizeBytes ?? image.sizeBytes ?? 0;
  if (imageBytes > diskBytes) {
    throw new CloudError(
      'invalid',
      `Flavor's disk is too small for requested image. Flavor disk is ${diskBytes} bytes, image is ${imageBytes} bytes.`,
    );
  }
  if (image.minDiskGb > flavor.rootGb) {
    throw new CloudError(
      'invalid',
      `Flavor's disk is smaller than the minimum size specified in image metadata. Flavor disk is ${diskBytes} bytes, minimum size is ${image.minDiskGb * 2 ** 30} bytes.`,
    );
  }
};
