import type { ImageSource, InstanceOrder } from '#contracts';
import type { GuestActionName } from '#domain';

const LINK = { url: 'http://images.example/1', headers: {} };

const IMAGE: ImageSource = {
  id: '1',
  name: 'kept',
  diskFormat: 'qcow2',
  sizeBytes: 1,
  sha512: '',
  minDiskGb: 0,
  minMemoryMb: 0,
  properties: {},
  url: LINK.url,
  headers: {},
};

/** An action with what it needs to know, when nothing about that matters but which image it makes, or unmakes. */
export const sampleAction = (name: Exclude<GuestActionName, 'rebuild' | 'softDelete'>, imageId = '1'): InstanceOrder => {
  switch (name) {
    case 'setPassword':
      return { name, password: 'secret' };
    case 'createImage':
    case 'createBackup':
    case 'shelve':
      return { name, upload: { imageId, format: 'qcow2', put: LINK, discard: LINK } };
    case 'unshelve':
      return { name, image: IMAGE, discard: { imageId, discard: LINK }, host: null };
    case 'rescue':
      return { name, image: null, adminPassword: 'secret' };
    default:
      return { name };
  }
};
