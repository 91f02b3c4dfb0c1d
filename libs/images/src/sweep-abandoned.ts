import type { Clock, Logger } from '#domain';
import type { ImageFiles } from './image-files.js';
import type { ImagesRepository } from './images.repository.js';

/** Longer than any upload may stand still, so that what is swept has nobody who works on it. */
const ABANDONED_MS = 10 * 60_000;

/**
 * A process that dies in the middle of an upload leaves an image that is `saving` for ever, and a partial file; one that dies while it
 * deletes leaves a file without an image. Files and rows are told to be abandoned by their age, never by who made them: any process
 * may sweep for any other, and two at once do no harm, because each row changes by compare-and-set on the upload's own key.
 */
export const sweepAbandoned = async (tools: {
  images: ImagesRepository;
  files: ImageFiles;
  clock: Clock;
  logger: Logger;
}): Promise<void> => {
  const { images, files, clock, logger } = tools;
  const before = clock.now() - ABANDONED_MS;
  for (const { image, dataKey } of await images.uploadsBegunBefore(before)) {
    if (dataKey === null || (await files.grewSince(dataKey, before))) continue;
    if (await images.abandonUpload(image.id, dataKey, clock.now()))
      logger.warn('abandoned upload: image is queued again', { imageId: image.id });
  }
  // The files are listed first: one whose image came after the listing is not in it, and none loses an image it still has.
  const old = await files.keysOlderThan(before);
  const used = await images.dataKeys();
  for (const key of old.filter(candidate => !used.has(candidate))) {
    await files.removeAbandoned(key);
    logger.warn('removed data without an image', { key });
  }
};
