import type { z } from 'zod';
import { CloudError, messageOf } from '#domain';
import { GlanceImage, GlanceImagePage } from './glance-image.js';
import { glanceQuery } from './glance-query.js';
import type { Image } from './image.js';
import type { ImageQuery } from './image-query.js';
import type { DownloadGrant, ImageCaller, ImageService } from './image-service.js';

export interface GlanceImagesOptions {
  /** With or without `/v2`. */
  readonly url: string;
  /** A token of the service account that compute hosts download with. */
  readonly serviceToken: () => Promise<string>;
  /** The bound of each call; 10 s when absent. */
  readonly timeoutMs?: number;
}

/** An operator's own Glance, asked with the caller's token: it decides who may see what. */
export class GlanceImages implements ImageService {
  private readonly imagesUrl: string;

  constructor(private readonly options: GlanceImagesOptions) {
    this.imagesUrl = `${options.url.replace(/\/+$/, '').replace(/\/v2$/, '')}/v2/images`;
  }

  async get(ctx: ImageCaller, id: string): Promise<Image> {
    return this.ask(ctx, `/${encodeURIComponent(id)}`, GlanceImage, id);
  }

  async list(ctx: ImageCaller, query: ImageQuery): Promise<Image[]> {
    return (await this.ask(ctx, `?${glanceQuery(query)}`, GlanceImagePage, 'list')).images;
  }

  /** Good for as long as the service account's token, whatever was asked for: Glance has no links of its own. */
  async downloadGrant(imageId: string): Promise<DownloadGrant> {
    const url = `${this.imagesUrl}/${encodeURIComponent(imageId)}/file`;
    return { url, headers: { 'X-Auth-Token': await this.options.serviceToken() } };
  }

  private async ask<Schema extends z.ZodType>(ctx: ImageCaller, path: string, schema: Schema, what: string): Promise<z.output<Schema>> {
    const reply = await this.fetch(ctx, path);
    if (reply.ok) return schema.parse(await reply.json());
    await reply.body?.cancel();
    if (reply.status === 404) throw new CloudError('notFound', `No image found with ID ${what}`);
    if (reply.status === 400) throw new CloudError('invalid', 'The image service does not accept this query.');
    if (reply.status === 401) throw new CloudError('unauthenticated', 'The request you have made requires authentication.');
    if (reply.status === 403) throw new CloudError('forbidden', 'The image service does not let you see this image.');
    throw new CloudError('unavailable', `The image service answered ${reply.status}.`);
  }

  private async fetch(ctx: ImageCaller, path: string): Promise<Response> {
    if (ctx.authToken === undefined) throw new CloudError('internal', 'the image service is asked without a token of its user');
    const url = this.imagesUrl + path;
    const headers = { 'x-auth-token': ctx.authToken, 'x-openstack-request-id': ctx.requestId };
    try {
      return await fetch(url, { headers, signal: AbortSignal.timeout(this.options.timeoutMs ?? 10_000) });
    } catch (error) {
      throw new CloudError('unavailable', 'The image service does not answer.', {
        cause: error,
        context: { url, reason: messageOf(error) },
      });
    }
  }
}
