import type { Readable } from 'node:stream';
import { type Clock, CloudError, type Logger } from '#domain';
import type { ImageFiles } from './image-files.js';
import type { ImageRecord } from './image-record.js';
import type { ImageLink, UploadGrant, UploadGrantOptions } from './image-service.js';
import type { ImageUploads } from './image-uploads.js';
import { type ImagesRepository, noSuchImage } from './images.repository.js';
import { isValidLink, linkQuery, type PresentedLink, type SignedLink } from './link-signature.js';

export interface ImageLinksDeps {
  readonly images: ImagesRepository;
  readonly files: ImageFiles;
  readonly uploads: ImageUploads;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly key: Buffer;
}

/** What came with the URL of a link. */
export type LinkParameters = Omit<PresentedLink, 'purpose' | 'imageId'>;

/** Links by which hosts, which have no account, fetch, fill and delete single images. */
export class ImageLinks {
  constructor(private readonly deps: ImageLinksDeps) {}

  download(imageId: string, expiresAt: number): ImageLink {
    return this.link({ purpose: 'GET', imageId, expiresAtSeconds: Math.ceil(expiresAt / 1000) });
  }

  upload(imageId: string, { expiresAt, keepBackups: keep }: UploadGrantOptions): UploadGrant {
    const signed = { imageId, expiresAtSeconds: Math.ceil(expiresAt / 1000) };
    return { put: this.link({ ...signed, purpose: 'PUT', keep }), discard: this.link({ ...signed, purpose: 'DELETE' }) };
  }

  /** @throws CloudError `forbidden` for a link that is not ours, or no longer good; `notFound` */
  async recordFor(link: PresentedLink): Promise<ImageRecord> {
    const { images, key, clock } = this.deps;
    if (!isValidLink(link, key, clock.now())) throw new CloudError('forbidden', 'This link to an image is not valid, or no longer.');
    const record = await images.find(link.imageId);
    if (!record) throw noSuchImage(link.imageId);
    return record;
  }

  /**
   * Takes an image's data from one who holds a link. Whoever sends it again finds it done.
   * @throws CloudError as `recordFor`, and as an upload.
   */
  async receive(imageId: string, given: LinkParameters, data: Readable, announcedBytes?: number): Promise<void> {
    const { image } = await this.recordFor({ ...given, purpose: 'PUT', imageId });
    if (image.status !== 'active') await this.deps.uploads.upload(image, data, { announcedBytes });
    if (given.keep !== undefined) await this.rotate(image.owner, image.properties, Number(given.keep));
  }

  /** An image that is gone already is no error, but for who asks: the link was good. */
  async discard(imageId: string, given: LinkParameters): Promise<void> {
    await this.remove(await this.recordFor({ ...given, purpose: 'DELETE', imageId }));
  }

  /** Only the newest backups of one kind of a server stay. */
  private async rotate(owner: string, { instance_uuid: instance, backup_type: kind }: BackupProperties, keep: number): Promise<void> {
    if (instance === undefined || kind === undefined) return;
    const backups = await this.deps.images.backups(owner, instance, kind);
    for (const backup of backups.slice(keep)) {
      this.deps.logger.info('backup rotated out', { imageId: backup.image.id, instanceUuid: instance });
      await this.remove(backup);
    }
  }

  private async remove({ image, dataKey }: ImageRecord): Promise<void> {
    if ((await this.deps.images.delete(image.id)) && dataKey !== null) await this.deps.files.remove(dataKey);
  }

  private link(signed: SignedLink): ImageLink {
    const { publicUrl, key } = this.deps;
    return { url: `${publicUrl}/v2/images/${signed.imageId}/file?${linkQuery(signed, key)}`, headers: {} };
  }
}

type BackupProperties = Readonly<Record<string, string>> & { readonly instance_uuid?: string; readonly backup_type?: string };
