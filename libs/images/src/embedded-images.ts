import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { DataSource } from 'typeorm';
import { type Clock, CloudError, isUuid, type Logger, type Random, type RequestContext } from '#domain';
import { isValidDownload, signDownload } from './download-signature.js';
import type { Image, ImageFields } from './image.js';
import { requireAllowedChange, requireMember, requireVisible, requireWritable } from './image-access.js';
import { ImageFiles, tooLarge } from './image-files.js';
import type { ImageQuery } from './image-query.js';
import type { ImageRecord } from './image-record.js';
import type { DownloadGrant, ImageService } from './image-service.js';
import { downloadSigningKey } from './image-signing-key.js';
import { ImagesRepository, noSuchImage } from './images.repository.js';
import { sweepAbandoned } from './sweep-abandoned.js';

export interface EmbeddedImagesOptions {
  /** Has `imageEntities`, and `imageMigrations` were run. */
  readonly database: DataSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Shared by all processes that serve images; made when it is missing. */
  readonly directory: string;
  /** How compute hosts reach this API: `http://cloud.example:9292`. */
  readonly publicUrl: string;
  readonly maxImageBytes: number;
  /** How long an upload may stand still; 60 s when absent. */
  readonly uploadIdleTimeoutMs?: number;
}

/** Images without a Glance: metadata in the API cell's database, data in a directory. */
export class EmbeddedImages implements ImageService {
  private readonly images: ImagesRepository;
  private readonly files: ImageFiles;

  private constructor(
    private readonly options: EmbeddedImagesOptions,
    private readonly key: Buffer,
  ) {
    this.images = new ImagesRepository(options.database);
    this.files = new ImageFiles(options.directory);
  }

  static async start(options: EmbeddedImagesOptions): Promise<EmbeddedImages> {
    const images = new EmbeddedImages(options, await downloadSigningKey(options.database));
    await images.files.prepare();
    await images.sweep();
    return images;
  }

  async get(ctx: RequestContext, id: string): Promise<Image> {
    return (await this.record(ctx, id)).image;
  }

  /** @throws CloudError `invalid` when the marker is no image that the caller may see. */
  async list(ctx: RequestContext, query: ImageQuery): Promise<Image[]> {
    const page = await this.images.list(ctx, query);
    // Only an empty page can be the fault of its marker.
    if (page.length === 0 && query.marker !== undefined) await this.requireMarker(ctx, query.marker);
    return page;
  }

  /** @param id chosen by the client, or else by chance */
  async create(ctx: RequestContext, { id = this.options.random.uuid(), ...fields }: ImageFields & { id?: string }): Promise<Image> {
    requireMember(ctx, 'create');
    requireAllowedChange(ctx, fields);
    await this.images.insert(id, fields, this.options.clock.now());
    return this.get(ctx, id);
  }

  /** `decide` makes the new fields of the present ones; it may run in a transaction and must be pure. */
  async update(ctx: RequestContext, id: string, decide: (image: Image) => ImageFields): Promise<Image> {
    await this.record(ctx, id);
    const checked = (image: Image): ImageFields => {
      requireWritable(ctx, image, 'modify');
      const after = decide(image);
      requireAllowedChange(ctx, after, image);
      return after;
    };
    await this.images.change(id, checked, this.options.clock.now());
    return this.get(ctx, id);
  }

  /** With its data. @throws CloudError `forbidden` when it is protected. */
  async delete(ctx: RequestContext, id: string): Promise<void> {
    const { image, dataKey } = await this.record(ctx, id);
    requireWritable(ctx, image, 'delete');
    if (image.protected || !(await this.images.delete(id))) {
      throw new CloudError('forbidden', `Image ${id} is protected and cannot be deleted.`);
    }
    if (dataKey !== null) await this.files.remove(dataKey);
  }

  /**
   * Takes the data of a queued image. On any error the image is queued again and nothing is left on the disk.
   * @param announcedBytes what the client says will come, if it does
   */
  async upload(ctx: RequestContext, id: string, data: Readable, announcedBytes?: number): Promise<void> {
    const { image } = await this.record(ctx, id);
    requireWritable(ctx, image, 'upload data to');
    requireUploadable(image);
    const { maxImageBytes: maxBytes, uploadIdleTimeoutMs: idleTimeoutMs = 60_000, clock, random } = this.options;
    if (announcedBytes !== undefined && announcedBytes > maxBytes) throw tooLarge(maxBytes);

    const dataKey = `${id}.${random.uuid()}`;
    if (!(await this.images.beginUpload(id, dataKey, clock.now()))) throw notQueued(await this.get(ctx, id));
    try {
      const stored = await this.files.write(dataKey, data, { maxBytes, idleTimeoutMs });
      if (!(await this.images.finishUpload(id, dataKey, stored, clock.now()))) throw noSuchImage(id);
    } catch (error) {
      await this.unwindUpload(id, dataKey);
      throw error;
    }
  }

  /** The data of an active image, to be closed by the caller; undefined when it has none yet. */
  async openData(ctx: RequestContext, id: string): Promise<ImageData | undefined> {
    return this.open(await this.record(ctx, id));
  }

  /** As {@link openData}, for one who holds a grant. @throws CloudError `forbidden` when it is not ours, or no longer good. */
  async openGrantedData(id: string, grant: { expires: string; signature: string }): Promise<ImageData | undefined> {
    if (!isValidDownload({ imageId: id, ...grant }, this.key, this.options.clock.now())) {
      throw new CloudError('forbidden', 'This download link is not valid, or no longer.');
    }
    const record = await this.images.find(id);
    if (!record) throw noSuchImage(id);
    return this.open(record);
  }

  async downloadGrant(imageId: string, { expiresAt }: { readonly expiresAt: number }): Promise<DownloadGrant> {
    const expires = Math.ceil(expiresAt / 1000);
    const signature = signDownload(imageId, expires, this.key);
    return { url: `${this.options.publicUrl}/v2/images/${imageId}/file?expires=${expires}&signature=${signature}`, headers: {} };
  }

  /** Clears up after processes that died in the middle of something. At each start, and periodically by one process. */
  async sweep(): Promise<void> {
    const { clock, logger } = this.options;
    await sweepAbandoned({ images: this.images, files: this.files, clock, logger });
  }

  /** Must not hide why the upload failed: what it cannot do now, the sweep does later. */
  private async unwindUpload(id: string, dataKey: string): Promise<void> {
    try {
      await this.files.remove(dataKey);
      await this.images.abandonUpload(id, dataKey, this.options.clock.now());
    } catch (error) {
      this.options.logger.warn('a failed upload is left to the sweep', { imageId: id, error });
    }
  }

  private async open({ image, dataKey }: ImageRecord): Promise<ImageData | undefined> {
    if (image.status !== 'active' || dataKey === null) return undefined;
    return { image, file: await this.files.open(dataKey) };
  }

  private async record(ctx: RequestContext, id: string): Promise<ImageRecord> {
    const record = isUuid(id) ? await this.images.find(id) : undefined;
    if (!record) throw noSuchImage(id);
    requireVisible(ctx, record.image);
    return record;
  }

  private async requireMarker(ctx: RequestContext, marker: string): Promise<void> {
    try {
      await this.record(ctx, marker);
    } catch (error) {
      if (!(error instanceof CloudError && error.kind === 'notFound')) throw error;
      throw new CloudError('invalid', `Invalid input for field 'marker': there is no image ${marker}.`, { cause: error });
    }
  }
}

export interface ImageData {
  readonly image: Image;
  readonly file: FileHandle;
}

const requireUploadable = (image: Image): void => {
  if (image.status !== 'queued') throw notQueued(image);
  if (image.diskFormat === null || image.containerFormat === null) {
    throw new CloudError('invalid', 'Properties disk_format, container_format must be set prior to saving data.');
  }
};

const notQueued = (image: Image): CloudError =>
  new CloudError('conflict', `Image status transition from ${image.status} to saving is not allowed.`);
