import type { Image } from '#images';
import { fieldsOf, view } from '#microversion';
import { isoSeconds, type Links } from '../api/index.js';

/** What links of images are made of. */
export interface ImageLinks {
  readonly links: Links;
  /** Where the image service has one. */
  readonly urlOf: (imageId: string) => string;
}

const { always } = fieldsOf<Image, ImageLinks>();

const core = {
  id: always(i => i.id),
  name: always(i => i.name),
  links: always((i, { links, urlOf }) => [
    ...links.of('images', i.id),
    { rel: 'alternate', type: 'application/vnd.openstack.image', href: urlOf(i.id) },
  ]),
} as const;

/** One image of `GET /images`. */
export const imageSummary = view<Image, ImageLinks>(core);

const STATUS: Readonly<Record<string, readonly [status: string, progress: number]>> = {
  active: ['ACTIVE', 100],
  queued: ['SAVING', 25],
  saving: ['SAVING', 50],
  uploading: ['SAVING', 50],
  importing: ['SAVING', 50],
  killed: ['ERROR', 0],
  deleted: ['DELETED', 0],
  pending_delete: ['DELETED', 0],
};
const UNKNOWN = ['UNKNOWN', 0] as const;

export const imageDetail = view<Image, ImageLinks>({
  ...core,
  minRam: always(i => i.minMemoryMb),
  minDisk: always(i => i.minDiskGb),
  metadata: always(i => i.properties),
  created: always(i => isoSeconds(i.createdAt)),
  updated: always(i => isoSeconds(i.updatedAt)),
  status: always(i => (STATUS[i.status] ?? UNKNOWN)[0]),
  progress: always(i => (STATUS[i.status] ?? UNKNOWN)[1]),
  'OS-EXT-IMG-SIZE:size': always(i => i.sizeBytes),
  'OS-DCF:diskConfig': always(i => diskConfigOf(i.properties.auto_disk_config)),
  server: always((i, { links }) => {
    const { instance_uuid: uuid } = i.properties;
    return uuid === undefined ? undefined : { id: uuid, links: links.of('servers', uuid) };
  }),
});

/** Told only of images that say it, which snapshots do. */
const diskConfigOf = (text: string | undefined): 'AUTO' | 'MANUAL' | undefined => {
  if (text === undefined) return undefined;
  return ['true', '1', 'yes', 'on'].includes(text.toLowerCase()) ? 'AUTO' : 'MANUAL';
};
