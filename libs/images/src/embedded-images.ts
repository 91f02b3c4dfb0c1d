import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { DataSource } from 'typeorm';
import { CloudError, isAdmin, type RequestContext } from '#domain';
import { Policy } from '#policy';
import type { Image, ImageFields, ImageStatus } from './image.js';
import { ImageAccess } from './image-access.js';
import { ImageFiles } from './image-files.js';
import { ImageLinks, type LinkParameters } from './image-links.js';
import { type ImageMember, ImageMembers } from './image-members.js';
import type { ImageQuery } from './image-query.js';
import type { ImageRecord } from './image-record.js';
import { imageRules } from './image-rules.js';
import type { ImageLink, ImageService, UploadGrant, UploadGrantOptions } from './image-service.js';
import { ImageSharing } from './image-sharing.js';
import { ImageSight } from './image-sight.js';
import { linkSigningKey } from './image-signing-key.js';
import { type ImageTask, ImageTasks } from './image-tasks.js';
import { ImageUploads, requireFormats, type UploadOptions } from './image-uploads.js';
import { ImagesRepository, STAGE } from './images.repository.js';
import { sweepAbandoned } from './sweep-abandoned.js';

export interface EmbeddedImagesOptions extends UploadOptions {
  /** Has `imageEntities`, and `imageMigrations` were run. */
  readonly database: DataSource;
  /** Shared by all processes that serve images; made when it is missing. */
  readonly directory: string;
  /** How compute hosts reach this API: `http://cloud.example:9292`. */
  readonly publicUrl: string;
  /** Is told Glance's rules; the default ones when absent. */
  readonly policy?: Policy;
}

/** Images without a Glance: metadata in the API cell's database, data in a directory. */
export class EmbeddedImages implements ImageService {
  /** The members of its images. */
  readonly sharing: ImageSharing;
  private readonly images: ImagesRepository;
  private readonly files: ImageFiles;
  private readonly uploads: ImageUploads;
  private readonly sight: ImageSight;
  private readonly tasks: ImageTasks;
  private readonly access: ImageAccess;
  private readonly links: ImageLinks;

  private constructor(
    private readonly options: EmbeddedImagesOptions,
    key: Buffer,
  ) {
    this.images = new ImagesRepository(options.database);
    this.files = new ImageFiles(options.directory);
    this.uploads = new ImageUploads(this.images, this.files, options);
    this.tasks = new ImageTasks(options.database);
    const { policy = new Policy() } = options;
    policy.declare(imageRules);
    this.access = new ImageAccess(policy);
    const members = new ImageMembers(options.database);
    this.sight = new ImageSight(this.images, members, this.access);
    this.sharing = new ImageSharing({ ...options, sight: this.sight, members, access: this.access });
    this.links = new ImageLinks({ ...options, images: this.images, files: this.files, uploads: this.uploads, key });
  }

  static async start(options: EmbeddedImagesOptions): Promise<EmbeddedImages> {
    const images = new EmbeddedImages(options, await linkSigningKey(options.database));
    await images.files.prepare();
    await images.sweep();
    return images;
  }

  async get(ctx: RequestContext, id: string): Promise<Image> {
    return (await this.sight.see(ctx, id)).image;
  }

  /** @throws CloudError `invalid` when the marker is no image that the caller may see. */
  async list(ctx: RequestContext, query: ImageQuery): Promise<Image[]> {
    this.access.requireGenerally(ctx, 'get_images');
    const page = await this.images.list(ctx, query);
    // Only an empty page can be the fault of its marker.
    if (page.length === 0 && query.marker !== undefined) await this.sight.requireMarker(ctx, query.marker);
    return page;
  }

  /** @param id chosen by the client, or else by chance */
  async create(ctx: RequestContext, { id = this.options.random.uuid(), ...fields }: ImageFields & { id?: string }): Promise<Image> {
    this.access.requireGenerally(ctx, 'add_image');
    this.access.requireAllowedChange(ctx, fields);
    await this.images.insert(id, fields, this.options.clock.now());
    return this.get(ctx, id);
  }

  /** `decide` makes the new fields of the present ones; it may run in a transaction and must be pure. */
  async update(ctx: RequestContext, id: string, decide: (image: Image) => ImageFields): Promise<Image> {
    const { isMember } = await this.sight.see(ctx, id);
    const checked = (image: Image): ImageFields => {
      this.access.require(ctx, 'modify_image', { image, isMember });
      const after = decide(image);
      this.access.requireAllowedChange(ctx, after, image);
      return after;
    };
    await this.images.change(id, checked, this.options.clock.now());
    return this.get(ctx, id);
  }

  changeProperties(ctx: RequestContext, id: string, change: (properties: Image['properties']) => Image['properties']): Promise<Image> {
    return this.update(ctx, id, image => ({ ...image, properties: change(image.properties) }));
  }

  /** With its data. @throws CloudError `forbidden` when it is protected. */
  async delete(ctx: RequestContext, id: string): Promise<void> {
    const { image, dataKey, isMember } = await this.sight.see(ctx, id);
    this.access.require(ctx, 'delete_image', { image, isMember });
    if (image.protected || !(await this.images.delete(id))) {
      throw new CloudError('forbidden', `Image ${id} is protected and cannot be deleted.`);
    }
    if (dataKey !== null) await this.files.remove(dataKey);
  }

  /** Twice is once. @throws CloudError `forbidden`, `conflict` when the image has no data yet */
  async setActive(ctx: RequestContext, id: string, { active }: { active: boolean }): Promise<void> {
    const seen = await this.sight.see(ctx, id);
    const { image } = seen;
    this.access.require(ctx, active ? 'reactivate' : 'deactivate', seen);
    const change = active ? { from: 'deactivated', to: 'active' } : { from: 'active', to: 'deactivated' };
    if (image.status === change.to || (await this.images.changeStatus(id, change, this.options.clock.now()))) return;
    throw new CloudError('conflict', `Image status transition from ${image.status} to ${change.to} is not allowed.`);
  }

  /** See {@link ImageUploads.upload}. */
  async upload(ctx: RequestContext, id: string, data: Readable, announcedBytes?: number): Promise<void> {
    const seen = await this.sight.see(ctx, id);
    this.access.require(ctx, 'upload_image', seen);
    await this.uploads.upload(seen.image, data, { announcedBytes });
  }

  /** As {@link upload}, but the image stays without data until it is imported. */
  async stage(ctx: RequestContext, id: string, data: Readable, announcedBytes?: number): Promise<void> {
    const seen = await this.sight.see(ctx, id);
    this.access.require(ctx, 'upload_image', seen);
    await this.uploads.upload(seen.image, data, { arrival: STAGE, announcedBytes });
  }

  /** Makes what was staged the image's data. @throws CloudError `conflict` when nothing was, or not all of it; `invalid` without formats */
  async importStaged(ctx: RequestContext, id: string): Promise<void> {
    const { clock, random } = this.options;
    const seen = await this.sight.see(ctx, id);
    const { image } = seen;
    this.access.require(ctx, 'upload_image', seen);
    if (image.status === 'uploading') requireFormats(image);
    const now = clock.now();
    if (!(await this.images.importStaged(id, now)))
      throw new CloudError('conflict', `Image needs to be staged before 'glance-direct' method can be used`);
    await this.tasks.record(ctx, { id: random.uuid(), imageId: id, owner: ctx.projectId, method: 'glance-direct', now });
  }

  /** Imports of an image, newest first. */
  async tasksOf(ctx: RequestContext, id: string): Promise<ImageTask[]> {
    await this.sight.see(ctx, id);
    return this.tasks.ofImage(id);
  }

  /** The newest imports of everybody. */
  newestTasks(ctx: RequestContext, limit: number): Promise<ImageTask[]> {
    this.access.requireGenerally(ctx, 'tasks_api_access');
    return this.tasks.newest(limit);
  }

  task(ctx: RequestContext, id: string): Promise<ImageTask> {
    this.access.requireGenerally(ctx, 'tasks_api_access');
    return this.tasks.get(id);
  }

  /** See {@link ImageSharing.add}. */
  addMember(ctx: RequestContext, id: string, memberId: string): Promise<ImageMember> {
    return this.sharing.add(ctx, id, memberId);
  }

  /** The data of an active image, to be closed by the caller; undefined when it has none yet. */
  async openData(ctx: RequestContext, id: string): Promise<ImageData | undefined> {
    const seen = await this.sight.see(ctx, id);
    this.access.require(ctx, 'download_image', seen);
    if (seen.image.status === 'deactivated' && !isAdmin(ctx))
      throw new CloudError('forbidden', 'The requested image has been deactivated. Image data download is forbidden.');
    return this.open(seen);
  }

  /** As {@link openData}, for one who holds a link. @throws CloudError `forbidden` when it is not ours, or no longer good. */
  async openLinkedData(imageId: string, link: LinkParameters): Promise<ImageData | undefined> {
    const record = await this.links.recordFor({ ...link, purpose: 'GET', imageId });
    if (record.image.status === 'deactivated') throw new CloudError('forbidden', 'This image is deactivated.');
    return this.open(record);
  }

  /** See {@link ImageLinks.receive}. */
  receiveLinkedData(imageId: string, link: LinkParameters, data: Readable, announcedBytes?: number): Promise<void> {
    return this.links.receive(imageId, link, data, announcedBytes);
  }

  /** See {@link ImageLinks.discard}. */
  discardLinked(imageId: string, link: LinkParameters): Promise<void> {
    return this.links.discard(imageId, link);
  }

  async downloadGrant(imageId: string, { expiresAt }: { readonly expiresAt: number }): Promise<ImageLink> {
    return this.links.download(imageId, expiresAt);
  }

  async uploadGrant(imageId: string, options: UploadGrantOptions): Promise<UploadGrant> {
    return this.links.upload(imageId, options);
  }

  urlOf(imageId: string): string {
    return `${this.options.publicUrl}/v2/images/${imageId}`;
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
}

export interface ImageData {
  readonly image: Image;
  readonly file: FileHandle;
}

const WITH_DATA = new Set<ImageStatus>(['active', 'deactivated']);
