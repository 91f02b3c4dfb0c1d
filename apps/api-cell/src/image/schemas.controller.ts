import { Controller, Get } from '@nestjs/common';
import { imageJsonSchema, imagesJsonSchema } from './image-json-schema.js';
import { memberJsonSchema, membersJsonSchema, taskJsonSchema, tasksJsonSchema } from './member-json-schema.js';

@Controller('v2/schemas')
export class SchemasController {
  @Get('image')
  image() {
    return imageJsonSchema;
  }

  @Get('images')
  images() {
    return imagesJsonSchema;
  }

  @Get('member')
  member() {
    return memberJsonSchema;
  }

  @Get('members')
  members() {
    return membersJsonSchema;
  }

  @Get('task')
  task() {
    return taskJsonSchema;
  }

  @Get('tasks')
  tasks() {
    return tasksJsonSchema;
  }
}
