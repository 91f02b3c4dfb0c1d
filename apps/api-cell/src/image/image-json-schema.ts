import { CONTAINER_FORMATS, DISK_FORMATS, VISIBILITIES } from '#images';

const text = (description: string, extra: object = {}) => ({ type: 'string', description, ...extra });
const optionalText = (description: string, extra: object = {}) => ({ type: ['null', 'string'], description, ...extra });
const optionalNumber = (description: string) => ({ type: ['null', 'integer'], description, readOnly: true });
const whole = (description: string) => ({ type: 'integer', description });
const readOnly = { readOnly: true };
const UUID = '^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$';

/** What python-glanceclient builds its image class from. */
export const imageJsonSchema = {
  name: 'image',
  properties: {
    id: text('An identifier for the image', { pattern: UUID }),
    name: optionalText('Descriptive name for the image', { maxLength: 255 }),
    status: text('Status of the image', { ...readOnly, enum: ['queued', 'saving', 'active', 'deactivated'] }),
    visibility: text('Scope of image accessibility', { enum: VISIBILITIES }),
    protected: { type: 'boolean', description: 'If true, image will not be deletable.' },
    os_hidden: { type: 'boolean', description: 'If true, image will not appear in default image list response.' },
    checksum: optionalText('md5 hash of image contents.', { ...readOnly, maxLength: 32 }),
    os_hash_algo: optionalText('Algorithm to calculate the os_hash_value', { ...readOnly, maxLength: 64 }),
    os_hash_value: optionalText('Hexdigest of the image contents using the algorithm specified by the os_hash_algo', {
      ...readOnly,
      maxLength: 128,
    }),
    owner: optionalText('Owner of the image', { maxLength: 255 }),
    size: optionalNumber('Size of image file in bytes'),
    virtual_size: optionalNumber('Virtual size of image in bytes'),
    container_format: optionalText('Format of the container', { enum: [null, ...CONTAINER_FORMATS] }),
    disk_format: optionalText('Format of the disk', { enum: [null, ...DISK_FORMATS] }),
    created_at: text('Date and time of image registration', readOnly),
    updated_at: text('Date and time of the last image modification', readOnly),
    tags: { type: 'array', description: 'List of strings related to the image', items: { type: 'string', maxLength: 255 } },
    min_ram: whole('Amount of ram (in MB) required to boot image.'),
    min_disk: whole('Amount of disk space (in GB) required to boot image.'),
    self: text('An image self url', readOnly),
    file: text('An image file url', readOnly),
    schema: text('An image schema url', readOnly),
  },
  additionalProperties: { type: 'string' },
  links: [
    { href: '{self}', rel: 'self' },
    { href: '{file}', rel: 'enclosure' },
    { href: '{schema}', rel: 'describedby' },
  ],
};

export const imagesJsonSchema = {
  name: 'images',
  properties: {
    images: { type: 'array', items: imageJsonSchema },
    schema: { type: 'string' },
    next: { type: 'string' },
    first: { type: 'string' },
  },
  links: [
    { href: '{first}', rel: 'first' },
    { href: '{next}', rel: 'next' },
    { href: '{schema}', rel: 'describedby' },
  ],
};
