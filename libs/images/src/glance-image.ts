import { z } from 'zod';
import { type Image, type ImageFields, VISIBILITIES } from './image.js';

const text = z
  .string()
  .nullish()
  .transform(value => value ?? null);
const bytes = z
  .number()
  .nullish()
  .transform(value => value ?? null);
const time = z.string().transform(value => Date.parse(value));

const KNOWN = {
  id: z.string(),
  name: text,
  status: z.string(),
  visibility: z.enum(VISIBILITIES),
  owner: z.string().nullish(),
  protected: z.boolean().default(false),
  os_hidden: z.boolean().default(false),
  disk_format: text,
  container_format: text,
  min_disk: z.number().default(0),
  min_ram: z.number().default(0),
  size: bytes,
  virtual_size: bytes,
  checksum: text,
  os_hash_algo: text,
  os_hash_value: text,
  tags: z.array(z.string()).default([]),
  created_at: time,
  updated_at: time,
};
/** Links and the like: neither fields of an image nor properties that a user gave. */
const LINKS = new Set(['self', 'file', 'schema', 'locations', 'direct_url', 'stores']);

/** Glance's JSON of an image, read into ours: every other string is a property. */
export const GlanceImage = z.looseObject(KNOWN).transform(
  (given): Image => ({
    id: given.id,
    name: given.name,
    status: given.status,
    visibility: given.visibility,
    owner: given.owner ?? '',
    protected: given.protected,
    hidden: given.os_hidden,
    diskFormat: given.disk_format,
    containerFormat: given.container_format,
    minDiskGb: given.min_disk,
    minMemoryMb: given.min_ram,
    sizeBytes: given.size,
    virtualSizeBytes: given.virtual_size,
    checksum: given.checksum,
    sha512: given.os_hash_algo === 'sha512' ? given.os_hash_value : null,
    tags: given.tags,
    properties: propertiesOf(given),
    createdAt: given.created_at,
    updatedAt: given.updated_at,
  }),
);

export const GlanceImagePage = z.object({ images: z.array(GlanceImage) });

const propertiesOf = (given: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([key, value]): [string, string][] =>
      key in KNOWN || LINKS.has(key) || typeof value !== 'string' ? [] : [[key, value]],
    ),
  );

/** Ours in Glance's JSON, for a new image. */
export const glanceBody = (fields: ImageFields): Record<string, unknown> => ({
  ...fields.properties,
  name: fields.name,
  visibility: fields.visibility,
  owner: fields.owner,
  protected: fields.protected,
  os_hidden: fields.hidden,
  disk_format: fields.diskFormat,
  container_format: fields.containerFormat,
  min_disk: fields.minDiskGb,
  min_ram: fields.minMemoryMb,
  tags: fields.tags,
});
