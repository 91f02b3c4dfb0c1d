import type { z } from 'zod';
import { CloudError, messageOf } from '#domain';
import { GlanceImage, GlanceImagePage, glanceBody } from './glance-image.js';
import { glanceQuery } from './glance-query.js';
import type { Image, ImageFields } from './image.js';
import type { ImageQuery } from './image-query.js';
import type { ImageCaller, ImageLink, ImageService, UploadGrant, UploadGrantOptions } from './image-service.js';

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

  async create(ctx: ImageCaller, fields: ImageFields): Promise<Image> {
    return this.read(await this.send(ctx, '', { method: 'POST', body: JSON.stringify(glanceBody(fields)) }), GlanceImage, 'create');
  }

  async addMember(ctx: ImageCaller, imageId: string, projectId: string): Promise<void> {
    const request = { method: 'POST', body: JSON.stringify({ member: projectId }) };
    await this.end(await this.send(ctx, `/${encodeURIComponent(imageId)}/members`, request), imageId);
  }

  async delete(ctx: ImageCaller, id: string): Promise<void> {
    await this.end(await this.send(ctx, `/${encodeURIComponent(id)}`, { method: 'DELETE' }), id);
  }

  async changeProperties(ctx: ImageCaller, id: string, change: (properties: Image['properties']) => Image['properties']): Promise<Image> {
    const image = await this.get(ctx, id);
    const patch = propertiesPatch(image.properties, change(image.properties));
    if (patch.length === 0) return image;
    const request = { method: 'PATCH', type: 'application/openstack-images-v2.1-json-patch', body: JSON.stringify(patch) };
    return this.read(await this.send(ctx, `/${encodeURIComponent(id)}`, request), GlanceImage, id);
  }

  /** Good for as long as the service account's token, whatever was asked for: Glance has no links of its own. */
  async downloadGrant(imageId: string): Promise<ImageLink> {
    return this.link(`${this.urlOf(imageId)}/file`);
  }

  async uploadGrant(imageId: string, { keepBackups }: UploadGrantOptions): Promise<UploadGrant> {
    if (keepBackups !== undefined) throw new CloudError('notImplemented', 'Backups are not rotated where images are kept by a Glance.');
    return { put: await this.link(`${this.urlOf(imageId)}/file`), discard: await this.link(this.urlOf(imageId)) };
  }

  urlOf(imageId: string): string {
    return `${this.imagesUrl}/${encodeURIComponent(imageId)}`;
  }

  private async link(url: string): Promise<ImageLink> {
    return { url, headers: { 'X-Auth-Token': await this.options.serviceToken() } };
  }

  private async ask<Schema extends z.ZodType>(ctx: ImageCaller, path: string, schema: Schema, what: string): Promise<z.output<Schema>> {
    return this.read(await this.send(ctx, path), schema, what);
  }

  private async read<Schema extends z.ZodType>(reply: Response, schema: Schema, what: string): Promise<z.output<Schema>> {
    if (!reply.ok) await this.end(reply, what);
    return schema.parse(await reply.json());
  }

  /** Of which nothing is read. */
  private async end(reply: Response, what: string): Promise<void> {
    await reply.body?.cancel();
    if (!reply.ok) throw refusal(reply.status, what);
  }

  private async send(ctx: ImageCaller, path: string, request: Asked = { method: 'GET' }): Promise<Response> {
    if (ctx.authToken === undefined) throw new CloudError('internal', 'the image service is asked without a token of its user');
    const url = this.imagesUrl + path;
    const headers = {
      'x-auth-token': ctx.authToken,
      'x-openstack-request-id': ctx.requestId,
      ...(request.body !== undefined && { 'content-type': request.type ?? 'application/json' }),
    };
    try {
      return await fetch(url, { ...request, headers, signal: AbortSignal.timeout(this.options.timeoutMs ?? 10_000) });
    } catch (error) {
      throw new CloudError('unavailable', 'The image service does not answer.', {
        cause: error,
        context: { url, reason: messageOf(error) },
      });
    }
  }
}

interface Asked {
  readonly method: string;
  readonly body?: string;
  /** Of the body; JSON when absent. */
  readonly type?: string;
}

const refusal = (status: number, what: string): CloudError => {
  if (status === 404) return new CloudError('notFound', `No image found with ID ${what}`);
  if (status === 400) return new CloudError('invalid', 'The image service does not accept this query.');
  if (status === 401) return new CloudError('unauthenticated', 'The request you have made requires authentication.');
  if (status === 403) return new CloudError('forbidden', 'The image service does not let you do this.');
  if (status === 413) return new CloudError('overLimit', 'The quota of images is used up.');
  return new CloudError('unavailable', `The image service answered ${status}.`);
};

/** JSON patch from one set of properties to another. */
const propertiesPatch = (before: Image['properties'], after: Image['properties']): object[] => {
  const pathOf = (key: string): string => `/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`;
  return [
    ...Object.keys(before).flatMap(key => (key in after ? [] : [{ op: 'remove', path: pathOf(key) }])),
    ...Object.entries(after).flatMap(([key, value]) =>
      before[key] === value ? [] : [{ op: key in before ? 'replace' : 'add', path: pathOf(key), value }],
    ),
  ];
};
