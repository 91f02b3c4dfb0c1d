import type { RequestContext } from '#domain';
import type { Image } from './image.js';
import type { ImageQuery } from './image-query.js';

/** Who asks for images. A Glance is asked with the caller's own token; the embedded store needs none. */
export type ImageCaller = RequestContext & { readonly authToken?: string };

/** Where the data of an image is fetched by one who has no account. */
export interface DownloadGrant {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** All that compute needs of an image service: embedded, or an operator's own Glance. */
export interface ImageService {
  /** @throws CloudError `notFound` when there is none, or the caller may not see it. */
  get(ctx: ImageCaller, id: string): Promise<Image>;
  /** One page of what the caller may see. */
  list(ctx: ImageCaller, query: ImageQuery): Promise<Image[]>;
  /**
   * @param expiresAt ms since 1970: afterwards the embedded store refuses it. A Glance's grant lives as long as the service token.
   */
  downloadGrant(imageId: string, options: { readonly expiresAt: number }): Promise<DownloadGrant>;
}
