import { z } from 'zod';
import { type Image, type ImageFields, VISIBILITIES } from './image.js';

const text = z.string().nullable();
const flag = z.coerce.number().transform(value => value !== 0);
const bytes = z.coerce.number().nullable();

/** JSON comes as text or parsed, as the driver's version pleases. */
const json = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(value => (typeof value === 'string' ? JSON.parse(value) : value), schema);

/** A row of `images` as the database gives it, and what the store knows beside the image itself. */
export const ImageRecord = z
  .object({
    id: z.string(),
    name: text,
    status: z.string(),
    visibility: z.enum(VISIBILITIES),
    owner: z.string(),
    protected: flag,
    hidden: flag,
    disk_format: text,
    container_format: text,
    min_disk: z.number(),
    min_ram: z.number(),
    size: bytes,
    virtual_size: bytes,
    checksum: text,
    os_hash_value: text,
    tags: json(z.array(z.string())),
    properties: json(z.record(z.string(), z.string())),
    data_key: text,
    created_at: z.coerce.number(),
    updated_at: z.coerce.number(),
  })
  .transform(row => ({
    dataKey: row.data_key,
    image: {
      id: row.id,
      name: row.name,
      status: row.status,
      visibility: row.visibility,
      owner: row.owner,
      protected: row.protected,
      hidden: row.hidden,
      diskFormat: row.disk_format,
      containerFormat: row.container_format,
      minDiskGb: row.min_disk,
      minMemoryMb: row.min_ram,
      sizeBytes: row.size,
      virtualSizeBytes: row.virtual_size,
      checksum: row.checksum,
      sha512: row.os_hash_value,
      tags: row.tags,
      properties: row.properties,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    } satisfies Image,
  }));
export type ImageRecord = z.output<typeof ImageRecord>;

/** The columns of what users give. */
export const columnsOf = (fields: ImageFields): Record<string, string | number | null> => ({
  name: fields.name,
  visibility: fields.visibility,
  owner: fields.owner,
  protected: fields.protected ? 1 : 0,
  hidden: fields.hidden ? 1 : 0,
  disk_format: fields.diskFormat,
  container_format: fields.containerFormat,
  min_disk: fields.minDiskGb,
  min_ram: fields.minMemoryMb,
  tags: JSON.stringify(fields.tags),
  properties: JSON.stringify(fields.properties),
});
