import type { Readable } from 'node:stream';
import { type Clock, CloudError, type Logger, type Random } from '#domain';
import type { Image } from './image.js';
import type { ImageFiles } from './image-files.js';
import { type Arrival, type ImagesRepository, noSuchImage, UPLOAD } from './images.repository.js';
import { tooLarge } from './receive-data.js';

export interface UploadOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly maxImageBytes: number;
  /** How long an upload may stand still; 60 s when absent. Much less than the ten minutes after which the sweep takes it for abandoned. */
  readonly uploadIdleTimeoutMs?: number;
}

export interface UploadHints {
  /** Into the image itself when absent. */
  readonly arrival?: Arrival | undefined;
  /** What the client says will come, if it does. */
  readonly announcedBytes?: number | undefined;
}

/**
 * Data on its way into an image. Every upload has a key of its own, which names its file and stands in the image's row: whoever comes
 * second, comes back from the dead, or finds the image deleted meanwhile, loses at a compare-and-set and touches nobody else's file.
 */
export class ImageUploads {
  constructor(
    private readonly images: ImagesRepository,
    private readonly files: ImageFiles,
    private readonly options: UploadOptions,
  ) {}

  /**
   * Takes the data of a queued image. On any error the image is queued again and nothing is left on the disk.
   * @throws CloudError `conflict` when it is not queued, `tooLarge`, `invalid`; `notFound` when it was deleted meanwhile
   */
  async upload(image: Image, data: Readable, { arrival = UPLOAD, announcedBytes }: UploadHints = {}): Promise<void> {
    const { maxImageBytes: maxBytes, uploadIdleTimeoutMs: idleTimeoutMs = 60_000, clock, random } = this.options;
    requireUploadable(image, arrival);
    if (announcedBytes !== undefined && announcedBytes > maxBytes) throw tooLarge(maxBytes);

    const dataKey = `${image.id}.${random.uuid()}`;
    if (!(await this.images.beginUpload(image.id, dataKey, arrival.during, clock.now()))) throw notQueued(arrival.during, arrival);
    try {
      const stored = await this.files.write(dataKey, data, { maxBytes, idleTimeoutMs });
      if (!(await this.images.finishUpload(image.id, dataKey, stored, arrival, clock.now()))) throw noSuchImage(image.id);
    } catch (error) {
      await this.unwind(image.id, dataKey);
      throw error;
    }
  }

  /** Must not hide why the upload failed: what it cannot do now, the sweep does later. */
  private async unwind(imageId: string, dataKey: string): Promise<void> {
    try {
      await this.files.remove(dataKey);
      await this.images.abandonUpload(imageId, dataKey, this.options.clock.now());
    } catch (error) {
      this.options.logger.warn('a failed upload is left to the sweep', { imageId, error });
    }
  }
}

const requireUploadable = (image: Image, arrival: Arrival): void => {
  if (image.status !== 'queued') throw notQueued(image.status, arrival);
  if (arrival.after === 'active') requireFormats(image);
};

/** @throws CloudError `invalid` */
export const requireFormats = (image: Image): void => {
  if (image.diskFormat === null || image.containerFormat === null)
    throw new CloudError('invalid', 'Properties disk_format, container_format must be set prior to saving data.');
};

const notQueued = (status: string, { during }: Arrival): CloudError =>
  new CloudError('conflict', `Image status transition from ${status} to ${during} is not allowed.`);
