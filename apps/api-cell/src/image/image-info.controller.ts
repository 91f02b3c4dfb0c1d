import { Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { z } from 'zod';
import { CloudError } from '#domain';
import { EmbeddedImages } from '#images';
import { type ApiContext, Ctx, parse } from '../http/index.js';
import { IMPORT_METHODS, STORE } from './image-offers.js';
import { taskView } from './task.view.js';

/** What this image service can do, and what it has done. */
@Controller('v2')
export class ImageInfoController {
  constructor(private readonly images: EmbeddedImages) {}

  @Get('info/import')
  importInfo() {
    return { 'import-methods': { description: 'Import methods available.', type: 'array', value: IMPORT_METHODS } };
  }

  @Get('info/stores')
  stores() {
    return { stores: [{ id: STORE, description: 'The directory of images', default: 'true' }] };
  }

  @Get('tasks')
  async tasks(@Ctx() ctx: ApiContext, @Query() query: unknown) {
    const { limit = 25 } = parse(TasksQuery, query, 'query');
    const tasks = await this.images.newestTasks(ctx, Math.min(limit, 1000));
    return { tasks: tasks.map(taskView), first: '/v2/tasks', schema: '/v2/schemas/tasks' };
  }

  @Get('tasks/:id')
  async task(@Ctx() ctx: ApiContext, @Param('id') id: string) {
    return taskView(await this.images.task(ctx, id));
  }

  @Post('tasks')
  createTask() {
    throw new CloudError('forbidden', 'Tasks are made by imports: POST /v2/images/{image_id}/import.');
  }

  @Delete('tasks/:id')
  deleteTask() {
    throw new CloudError('forbidden', 'Tasks are forgotten by themselves.');
  }

  /** No metadata definitions are kept: what clients read to offer choices is empty. */
  @Get('metadefs/namespaces')
  namespaces() {
    return { namespaces: [], first: '/v2/metadefs/namespaces', schema: '/v2/schemas/metadefs/namespaces' };
  }

  @Get('metadefs/resource_types')
  resourceTypes() {
    return { resource_types: [] };
  }

  @Get('metadefs/namespaces/:name')
  namespace(@Param('name') name: string) {
    throw new CloudError('notFound', `Metadata definition namespace=${name} was not found.`);
  }

  @Post('metadefs/namespaces')
  createNamespace() {
    throw new CloudError('forbidden', 'Metadata definitions are not kept here.');
  }
}

const TasksQuery = z.looseObject({
  limit: z
    .string()
    .regex(/^\d{1,6}$/, 'must be a whole number, not negative')
    .transform(Number)
    .optional(),
});
