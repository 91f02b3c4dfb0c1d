import { Controller, Delete, Get, HttpCode, Param, Post, Put, type Type } from '@nestjs/common';
import { CloudError } from '#domain';
import { ABSENT, type Collection } from './collections.js';

/** What a cloud without networks says of the things that it has none of. */
const absent = ({ name, collection, path, title }: Collection): Type => {
  const notFound = (id: string) => new CloudError('notFound', `${title} ${id} could not be found.`);

  @Controller(`v2.0/${path}`)
  class AbsentController {
    @Get()
    list() {
      return { [collection]: [] };
    }

    @Get(':id')
    show(@Param('id') id: string) {
      throw notFound(id);
    }

    @Post()
    @HttpCode(201)
    create() {
      throw new CloudError('notImplemented', `This cloud has no networks of its own yet: a ${name.replaceAll('_', ' ')} cannot be made.`);
    }

    @Put(':id')
    update(@Param('id') id: string) {
      throw notFound(id);
    }

    @Delete(':id')
    remove(@Param('id') id: string) {
      throw notFound(id);
    }
  }
  return AbsentController;
};

export const absentControllers: readonly Type[] = ABSENT.map(absent);
