import type { ImageService } from '#images';
import { Answer, action, type Call, type Endpoint, member } from '../api/index.js';
import { createBackupBody, createImageBody } from './server-images.schemas.js';
import type { ServerImagesService } from './server-images.service.js';

/** What of `POST /servers/ID/action` makes images. */
export const serverImageActions = (service: ServerImagesService, images: Pick<ImageService, 'urlOf'>): [string, Endpoint][] => {
  const answer = (call: Call, imageId: string): Answer =>
    call.at.within('2.45') ? new Answer(202, { image_id: imageId }) : new Answer(202, undefined, { location: images.urlOf(imageId) });
  return [
    action({
      name: 'createImage',
      policy: member('servers:create_image'),
      body: createImageBody,
      ok: 202,
      handle: async (call, { createImage }) => answer(call, await service.create(call.ctx, call.params.id ?? '', createImage)),
    }),
    action({
      name: 'createBackup',
      policy: member('os-create-backup'),
      body: createBackupBody,
      ok: 202,
      handle: async (call, { createBackup: { backup_type: kind, rotation, ...wanted } }) => {
        const imageId = await service.backup(call.ctx, call.params.id ?? '', { ...wanted, kind, rotation });
        // Of a rotation that keeps none, no image is left to name.
        return rotation > 0 ? answer(call, imageId) : undefined;
      },
    }),
  ];
};
