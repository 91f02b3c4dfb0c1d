import type { ImageService } from '#compute-agent';
import type { Logger } from '#domain';
import { discardImage } from './discard.js';
import { uploadImage } from './upload.js';

/** The image service as its signed links reach it. */
export const imageServiceByHttp = (log: Logger): ImageService => ({
  upload: uploadImage,
  discard: image => discardImage(image, log),
});
