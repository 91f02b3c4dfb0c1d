import type { Image } from '#images';
import { STORE } from './image-offers.js';

/** Glance's JSON of an image: the user's properties stand beside the fields. */
export const imageView = (image: Image) => ({
  ...image.properties,
  ...editableView(image),
  id: image.id,
  status: image.status,
  size: image.sizeBytes,
  virtual_size: image.virtualSizeBytes,
  checksum: image.checksum,
  os_hash_algo: image.sha512 === null ? null : 'sha512',
  os_hash_value: image.sha512,
  created_at: glanceTime(image.createdAt),
  updated_at: glanceTime(image.updatedAt),
  self: `/v2/images/${image.id}`,
  file: `/v2/images/${image.id}/file`,
  schema: '/v2/schemas/image',
  ...(image.checksum !== null && { stores: STORE }),
});

/** The fields that a user may give and change, without the properties. */
export const editableView = (image: Image) => ({
  name: image.name,
  visibility: image.visibility,
  owner: image.owner,
  protected: image.protected,
  os_hidden: image.hidden,
  disk_format: image.diskFormat,
  container_format: image.containerFormat,
  min_disk: image.minDiskGb,
  min_ram: image.minMemoryMb,
  tags: image.tags,
});

export const glanceTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
