import { Controller, Get } from '@nestjs/common';
import { imageJsonSchema, imagesJsonSchema } from './image-json-schema.js';

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
}
