export { EmbeddedImages, type EmbeddedImagesOptions, type ImageData } from './embedded-images.js';
export { GlanceImages, type GlanceImagesOptions } from './glance-images.js';
export * from './image.js';
export { imageEntities } from './image-entities.js';
export * from './image-query.js';
export type { DownloadGrant, ImageCaller, ImageService } from './image-service.js';
export { imageMigrations } from './migrations/index.js';
