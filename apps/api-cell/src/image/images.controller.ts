import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Patch, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CloudError } from '#domain';
import { EmbeddedImages } from '#images';
import { type ApiContext, Ctx, PublicUrl } from '../http/index.js';
import { parseNewImage } from './image.schema.js';
import { imageView } from './image.view.js';
import { parseImageQuery } from './image-list-query.js';
import { IMPORT_METHODS, STORE } from './image-offers.js';
import { applyPatch, parsePatch } from './image-patch.js';
import { nextPage } from './next-page.js';

/** Image records; see image-files.controller.ts for their data. */
@Controller('v2/images')
export class ImagesController {
  constructor(
    private readonly images: EmbeddedImages,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Get()
  async list(@Ctx() ctx: ApiContext, @Query() input: object, @Req() request: FastifyRequest) {
    const query = parseImageQuery(input);
    const images = query.limit === 0 ? [] : await this.images.list(ctx, query);
    return { images: images.map(imageView), ...nextPage(request.url, images, query.limit), schema: '/v2/schemas/images' };
  }

  @Get(':id')
  async show(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    return imageView(await this.images.get(ctx, id));
  }

  @Post()
  async create(@Ctx() ctx: ApiContext, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    const image = await this.images.create(ctx, parseNewImage(body, { owner: ctx.projectId }));
    reply.header('location', `${this.publicUrl.text}/v2/images/${image.id}`);
    reply.header('openstack-image-import-methods', IMPORT_METHODS.join(','));
    reply.header('openstack-image-store-ids', STORE);
    return imageView(image);
  }

  @Patch(':id')
  async update(@Ctx() ctx: ApiContext, @Param('id') id: string, @Headers('content-type') type: string | undefined, @Body() body: unknown) {
    const operations = parsePatch(type ?? '', body);
    return imageView(await this.images.update(ctx, id, image => applyPatch(image, operations)));
  }

  @Delete(':id')
  @HttpCode(204)
  async delete(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    await this.images.delete(ctx, id);
  }

  @Post(':id/actions/deactivate')
  @HttpCode(204)
  async deactivate(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    await this.images.setActive(ctx, id, { active: false });
  }

  @Post(':id/actions/reactivate')
  @HttpCode(204)
  async reactivate(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    await this.images.setActive(ctx, id, { active: true });
  }

  @Put(':id/tags/:tag')
  @HttpCode(204)
  async addTag(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('tag') tag: string) {
    await this.images.update(ctx, id, image => applyPatch(image, [{ op: 'replace', attribute: 'tags', value: [...image.tags, tag] }]));
  }

  @Delete(':id/tags/:tag')
  @HttpCode(204)
  async removeTag(@Ctx() ctx: ApiContext, @Param('id') id: string, @Param('tag') tag: string) {
    await this.images.update(ctx, id, image => {
      if (!image.tags.includes(tag)) throw new CloudError('notFound', `Tag ${tag} not found on image ${id}.`);
      return { ...image, tags: image.tags.filter(other => other !== tag) };
    });
  }
}
