import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { DataSource } from 'typeorm';
import { CloudError, isUuid, type RequestContext } from '#domain';
import { isValidDownload, signDownload } from './download-signature.js';
import type { Image, ImageFields, ImageStatus } from './image.js';
import { requireAdmin, requireAllowedChange, requireMember, requireVisible, requireWritable } from './image-access.js';
import { ImageFiles } from './image-files.js';
import type { ImageQuery } from './image-query.js';
import type { ImageRecord } from './image-record.js';
import type { DownloadGrant, ImageService } from './image-service.js';
import { downloadSigningKey } from './image-signing-key.js';
import { ImageUploads, type UploadOptions } from './image-uploads.js';
import { ImagesRepository, noSuchImage } from './images.repository.js';
import { sweepAbandoned } from './sweep-abandoned.js';

export interface EmbeddedImagesOptions extends UploadOptions {
  /** Has `imageEntities`, and `imageMigrations` were run. */
  readonly database: DataSource;
  /** Shared by all processes that serve images; made when it is missing. */
  readonly directory: string;
  /** How compute hosts reach this API: `http://cloud.example:9292`. */
  readonly publicUrl: string;
}

/** Images without a Glance: metadata in the API cell's database, data in a directory. */
export class EmbeddedImages implements ImageService {
  private readonly images: ImagesRepository;
  private readonly files: ImageFiles;
  private readonly uploads: ImageUploads;

  private constructor(
    private readonly options: EmbeddedImagesOptions,
    private readonly key: Buffer,
  ) {
    this.images = new ImagesRepository(options.database);
    this.files = new ImageFiles(options.directory);
    this.uploads = new ImageUploads(this.images, this.files, options);
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

  /** Twice is once. @throws CloudError `forbidden` but for administrators, `conflict` when the image has no data yet */
  async setActive(ctx: RequestContext, id: string, { active }: { active: boolean }): Promise<void> {
    const { image } = await this.record(ctx, id);
    requireAdmin(ctx, active ? 'reactivate' : 'deactivate');
    const change = active ? { from: 'deactivated', to: 'active' } : { from: 'active', to: 'deactivated' };
    if (image.status === change.to || (await this.images.changeStatus(id, change, this.options.clock.now()))) return;
    throw new CloudError('conflict', `Image status transition from ${image.status} to ${change.to} is not allowed.`);
  }

  /** See {@link ImageUploads.upload}. */
  async upload(ctx: RequestContext, id: string, data: Readable, announcedBytes?: number): Promise<void> {
    const { image } = await this.record(ctx, id);
    requireWritable(ctx, image, 'upload data to');
    await this.uploads.upload(image, data, announcedBytes);
  }

  /** The data of an active image, to be closed by the caller; undefined when it has none yet. */
  async openData(ctx: RequestContext, id: string): Promise<ImageData | undefined> {
    const record = await this.record(ctx, id);
    if (record.image.status === 'deactivated') requireAdmin(ctx, 'download deactivated');
    return this.open(record);
  }

  /** As {@link openData}, for one who holds a grant. @throws CloudError `forbidden` when it is not ours, or no longer good. */
  async openGrantedData(id: string, grant: { expires: string; signature: string }): Promise<ImageData | undefined> {
    if (!isValidDownload({ imageId: id, ...grant }, this.key, this.options.clock.now())) {
      throw new CloudError('forbidden', 'This download link is not valid, or no longer.');
    }
    const record = await this.images.find(id);
    if (!record) throw noSuchImage(id);
    if (record.image.status === 'deactivated') throw new CloudError('forbidden', 'This image is deactivated.');
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

  private async open({ image, dataKey }: ImageRecord): Promise<ImageData | undefined> {
    if (!WITH_DATA.has(image.status) || dataKey === null) return undefined;
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

const WITH_DATA = new Set<ImageStatus>(['active', 'deactivated']);
