import { Body, Controller, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CloudError } from '#domain';
import { EmbeddedImages } from '#images';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { IMPORT_METHODS, STORE } from './image-offers.js';
import { receive } from './receive.js';
import { taskView } from './task.view.js';

/** Data in two steps: staged, then imported. */
@Controller('v2/images/:id')
export class ImageImportController {
  constructor(private readonly images: EmbeddedImages) {}

  @Put('stage')
  @HttpCode(204)
  async stage(
    @Ctx() ctx: ApiContext,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await receive(request, reply, (data, announcedBytes) => this.images.stage(ctx, id, data, announcedBytes));
  }

  @Post('import')
  @HttpCode(202)
  async import(@Ctx() ctx: ApiContext, @Param('id') id: string, @Body() body: unknown) {
    const { method, stores = [] } = parse(ImportBody, body);
    if (!IMPORT_METHODS.includes(method.name))
      throw new CloudError(
        'invalid',
        `Unknown import method name '${method.name}'. This cloud imports by ${IMPORT_METHODS.join(', ')} only.`,
      );
    const unknown = stores.find(store => store !== STORE);
    if (unknown !== undefined) throw new CloudError('invalid', `The requested store ${unknown} is not available on this node`);
    await this.images.importStaged(ctx, id);
  }

  @Get('tasks')
  async tasks(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    return { tasks: (await this.images.tasksOf(ctx, id)).map(taskView) };
  }
}

const ImportBody = z.looseObject({
  method: z.looseObject({ name: z.string().min(1).max(64) }),
  stores: z.array(z.string()).optional(),
  all_stores: z.boolean().optional(),
  all_stores_must_succeed: z.boolean().optional(),
});
