import type { RequestContext } from '#domain';
import type { Image, ImageFields } from './image.js';
import type { ImageQuery } from './image-query.js';

/** Who asks for images. A Glance is asked with the caller's own token; the embedded store needs none. */
export type ImageCaller = RequestContext & { readonly authToken?: string };

/** A request that does one thing to an image for one who has no account. */
export interface ImageLink {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a host needs to fill an image, or to get rid of one that it cannot fill. */
export interface UploadGrant {
  readonly put: ImageLink;
  readonly discard: ImageLink;
}

export interface UploadGrantOptions {
  /** ms since 1970 */
  readonly expiresAt: number;
  /** When it is a backup: once it has its data, the older ones of its server and kind are deleted but for so many, with it. */
  readonly keepBackups?: number | undefined;
}

/** All that compute needs of an image service: embedded, or an operator's own Glance. */
export interface ImageService {
  /** @throws CloudError `notFound` when there is none, or the caller may not see it. */
  get(ctx: ImageCaller, id: string): Promise<Image>;
  /** One page of what the caller may see. */
  list(ctx: ImageCaller, query: ImageQuery): Promise<Image[]>;
  /** With its data. @throws CloudError `notFound`; `forbidden` when the caller may not, or the image is protected. */
  delete(ctx: ImageCaller, id: string): Promise<void>;
  /**
   * @param change makes the new properties of the present ones; it may run again
   * @returns the image as it is then
   * @throws CloudError `notFound`, `forbidden`, and what `change` throws
   */
  changeProperties(ctx: ImageCaller, id: string, change: (properties: Image['properties']) => Image['properties']): Promise<Image>;
  /**
   * @param expiresAt ms since 1970: afterwards the embedded store refuses it. A Glance's grant lives as long as the service token.
   */
  downloadGrant(imageId: string, options: { readonly expiresAt: number }): Promise<ImageLink>;
  /** A record without data. */
  create(ctx: ImageCaller, fields: ImageFields): Promise<Image>;
  /** Of an image with the visibility `shared`: the other project may use it. @throws CloudError `notFound`, `forbidden`, `conflict` */
  addMember(ctx: ImageCaller, imageId: string, projectId: string): Promise<unknown>;
  /** @throws CloudError `notImplemented` for backups, by an image service that cannot count them. */
  uploadGrant(imageId: string, options: UploadGrantOptions): Promise<UploadGrant>;
  /** Where clients find the image. */
  urlOf(imageId: string): string;
}
