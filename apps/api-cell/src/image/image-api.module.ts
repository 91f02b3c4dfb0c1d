import { type DynamicModule, Module } from '@nestjs/common';
import { EmbeddedImages } from '#images';
import { PublicUrl } from '../http/index.js';
import { ImageFilesController } from './image-files.controller.js';
import { ImageImportController } from './image-import.controller.js';
import { ImageInfoController } from './image-info.controller.js';
import { ImageMembersController } from './image-members.controller.js';
import { ImageVersionsController } from './image-versions.controller.js';
import { ImagesController } from './images.controller.js';
import { SchemasController } from './schemas.controller.js';

export interface ImageApiOptions {
  readonly images: EmbeddedImages;
  /** As clients reach it: `http://cloud.example:9292`. */
  readonly publicUrl: string;
}

/** Glance's v2 API over the embedded images. */
@Module({})
export class ImageApiModule {
  static forRoot({ images, publicUrl }: ImageApiOptions): DynamicModule {
    return {
      module: ImageApiModule,
      controllers: [
        ImageVersionsController,
        SchemasController,
        ImageInfoController,
        ImageFilesController,
        ImageImportController,
        ImageMembersController,
        ImagesController,
      ],
      providers: [
        { provide: EmbeddedImages, useValue: images },
        { provide: PublicUrl, useValue: new PublicUrl(publicUrl) },
      ],
    };
  }
}
