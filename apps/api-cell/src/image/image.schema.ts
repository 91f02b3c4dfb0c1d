import { z } from 'zod';
import { CloudError, isUuid } from '#domain';
import { CONTAINER_FORMATS, DISK_FORMATS, type ImageFields, VISIBILITIES } from '#images';
import { parse } from '../http/index.js';

/** What Glance sets itself. */
const READ_ONLY = new Set([
  'status',
  'size',
  'virtual_size',
  'checksum',
  'os_hash_algo',
  'os_hash_value',
  'created_at',
  'updated_at',
  'file',
  'self',
  'schema',
  'direct_url',
  'stores',
  'deleted',
  'deleted_at',
  'location',
  'locations',
]);

/** @throws CloudError `forbidden` when the attribute is not the user's to set */
export const requireSettable = (attribute: string): void => {
  if (READ_ONLY.has(attribute)) throw new CloudError('forbidden', `Attribute '${attribute}' is read-only.`);
};

const count = z
  .number()
  .int()
  .min(0)
  .max(2 ** 31 - 1);

const Fields = z
  .object({
    name: z.string().max(255).nullable().default(null),
    visibility: z.enum(VISIBILITIES).default('shared'),
    owner: z.string().min(1).max(64).nullish(),
    protected: z.boolean().default(false),
    os_hidden: z.boolean().default(false),
    disk_format: z.enum(DISK_FORMATS).nullable().default(null),
    container_format: z.enum(CONTAINER_FORMATS).nullable().default(null),
    min_disk: count.default(0),
    min_ram: count.default(0),
    tags: z.array(z.string().min(1).max(255)).max(128).default([]),
  })
  .catchall(z.string().max(65_535));

/** Checks the fields of an image, new or patched, and tells the user's properties from the rest. */
export const parseImageFields = (body: unknown, defaults: { owner: string }): ImageFields => {
  const {
    name,
    visibility,
    owner,
    protected: isProtected,
    os_hidden,
    disk_format,
    container_format,
    min_disk,
    min_ram,
    tags,
    ...properties
  } = parse(Fields, body);
  for (const key of Object.keys(properties)) {
    if (key.length > 255)
      throw new CloudError('invalid', `Invalid input for field '${key.slice(0, 20)}…': the name of a property has 255 characters at most.`);
  }
  if (Object.keys(properties).length > 128) throw new CloudError('invalid', 'An image has 128 properties at most.');
  return {
    name,
    visibility,
    owner: owner ?? defaults.owner,
    protected: isProtected,
    hidden: os_hidden,
    diskFormat: disk_format,
    containerFormat: container_format,
    minDiskGb: min_disk,
    minMemoryMb: min_ram,
    tags: [...new Set(tags)],
    properties,
  };
};

/** The body of POST /v2/images: flat, with an optional id. */
export const parseNewImage = (body: unknown, defaults: { owner: string }): ImageFields & { id?: string } => {
  const { id, ...fields } = parse(z.looseObject({ id: z.string().refine(isUuid, 'not a uuid').optional() }), body);
  for (const attribute of Object.keys(fields)) requireSettable(attribute);
  return { ...parseImageFields(fields, defaults), ...(id !== undefined && { id }) };
};
