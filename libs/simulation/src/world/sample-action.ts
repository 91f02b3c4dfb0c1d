import type { GuestAction } from '#contracts';
import type { GuestActionName } from '#domain';

const LINK = { url: 'http://images.example/1', headers: {} };

/** An action with what it needs to know, when nothing about that matters. */
export const sampleAction = (name: Exclude<GuestActionName, 'rebuild'>): GuestAction => {
  switch (name) {
    case 'setPassword':
      return { name, password: 'secret' };
    case 'createImage':
    case 'createBackup':
      return { name, upload: { imageId: '1', format: 'qcow2', put: LINK, discard: LINK } };
    case 'rescue':
      return { name, image: null, adminPassword: 'secret' };
    default:
      return { name };
  }
};
