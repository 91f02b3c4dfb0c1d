import { z } from 'zod';
import { type AnyObject, requestSchema } from '#microversion';
import { types } from '../api/index.js';
import type { PersonalityFile } from './personality.js';

export interface RequestedNetwork {
  readonly uuid?: string;
  readonly port?: string | null;
  readonly fixed_ip?: string;
  readonly tag?: string;
}

export interface RequestedBlockDevice {
  readonly uuid?: string;
  readonly boot_index?: number | string | null;
  readonly source_type?: string;
  readonly destination_type?: string;
  readonly [other: string]: unknown;
}

/** The newest shape of `POST /servers`. */
export interface CreateServerBody {
  readonly server: {
    readonly name: string;
    readonly flavorRef: string | number;
    readonly imageRef?: string;
    readonly adminPass?: string;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly networks?: 'auto' | 'none' | readonly RequestedNetwork[];
    readonly 'OS-DCF:diskConfig'?: 'AUTO' | 'MANUAL';
    readonly accessIPv4?: string;
    readonly accessIPv6?: string;
    readonly personality?: readonly PersonalityFile[];
    readonly availability_zone?: string;
    readonly block_device_mapping?: readonly unknown[];
    readonly block_device_mapping_v2?: readonly RequestedBlockDevice[];
    readonly config_drive?: boolean;
    readonly key_name?: string;
    readonly min_count?: number;
    readonly max_count?: number;
    readonly return_reservation_id?: boolean;
    readonly security_groups?: readonly { readonly name?: string }[];
    readonly user_data?: string;
    readonly description?: string | null;
    readonly tags?: readonly string[];
    readonly trusted_image_certificates?: readonly string[] | null;
    readonly host?: string;
    readonly hypervisor_hostname?: string;
    readonly hostname?: string;
  };
  readonly 'os:scheduler_hints'?: Readonly<Record<string, unknown>>;
  readonly 'OS-SCH-HNT:scheduler_hints'?: Readonly<Record<string, unknown>>;
}

const networkItem = z.strictObject({
  fixed_ip: z.union([types.ipv4, types.ipv6]).optional(),
  port: types.uuid.nullable().optional(),
  uuid: z.string().optional(),
});
const networkItem237 = networkItem.extend({ uuid: types.uuid.optional() });
const networksOrWord = (item: z.ZodType) => z.union([z.enum(['none', 'auto']), z.array(item)]);

const volumeSize = types.integer(1).optional();
const blockDevice = z
  .strictObject({
    virtual_name: z.string().max(255).optional(),
    volume_id: types.uuid.optional(),
    snapshot_id: types.uuid.optional(),
    volume_size: volumeSize,
    device_name: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[a-zA-Z0-9._-r/]*$/)
      .optional(),
    delete_on_termination: types.boolean.optional(),
    no_device: z.unknown(),
    connection_info: z.string().optional(),
  })
  .partial();
const blockDeviceV2 = blockDevice
  .extend({
    source_type: z.enum(['volume', 'image', 'snapshot', 'blank']),
    uuid: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[a-zA-Z0-9._-]*$/),
    image_id: types.uuid,
    destination_type: z.enum(['local', 'volume']),
    guest_format: z.string().max(255),
    device_type: z.string().max(255),
    disk_bus: z.string().max(255),
    boot_index: z.union([z.number().int(), z.string().regex(/^-?[0-9]+$/)]).nullable(),
  })
  .partial();

const server: AnyObject = z.strictObject({
  name: types.name,
  flavorRef: z.union([z.string().min(1), z.number().int()]),
  imageRef: z.union([types.uuid, z.literal('')]).optional(),
  adminPass: z.string().optional(),
  metadata: types.metadata.optional(),
  networks: z.array(networkItem).optional(),
  'OS-DCF:diskConfig': z.enum(['AUTO', 'MANUAL']).optional(),
  accessIPv4: types.ipv4.optional(),
  accessIPv6: types.ipv6.optional(),
  personality: types.personality.optional(),
  availability_zone: types.name.optional(),
  block_device_mapping: z.array(blockDevice).optional(),
  block_device_mapping_v2: z.array(blockDeviceV2).optional(),
  config_drive: types.boolean.optional(),
  key_name: types.name.optional(),
  min_count: types.integer(1).optional(),
  max_count: types.integer(1).optional(),
  return_reservation_id: types.boolean.optional(),
  security_groups: z.array(z.strictObject({ name: types.name.optional() })).optional(),
  user_data: types.base64.optional(),
});

const hint = z.union([types.uuid, z.array(types.uuid)]);
const hints = z
  .looseObject({
    group: types.uuid.optional(),
    different_host: hint.optional(),
    same_host: z.union([z.string(), z.array(types.uuid)]).optional(),
    query: z.union([z.string(), z.looseObject({})]).optional(),
    target_cell: types.name.optional(),
    different_cell: z.union([z.string(), z.array(z.string())]).optional(),
    build_near_host_ip: z.union([types.ipv4, types.ipv6]).optional(),
    cidr: z
      .string()
      .regex(/^\/[0-9a-f.:]+$/)
      .optional(),
  })
  .optional();

/** What a version does to the server inside the body. */
const inServer =
  (change: (server: AnyObject) => AnyObject) =>
  (body: AnyObject): AnyObject => {
    const inner = body.shape.server;
    if (!(inner instanceof z.ZodObject)) throw new Error('the body of a create has a server');
    return body.extend({ server: change(inner) });
  };

export const createServerBody = requestSchema<CreateServerBody>(
  z.strictObject({ server, 'os:scheduler_hints': hints, 'OS-SCH-HNT:scheduler_hints': hints }),
  ['2.19', inServer(s => s.extend({ description: types.description.optional() }))],
  [
    '2.32',
    inServer(s =>
      s.extend({
        networks: z.array(networkItem.extend({ tag: types.tag.optional() })).optional(),
        block_device_mapping_v2: z.array(blockDeviceV2.extend({ tag: types.tag.optional() })).optional(),
      }),
    ),
  ],
  ['2.33', inServer(s => s.extend({ block_device_mapping_v2: z.array(blockDeviceV2).optional() }))],
  ['2.37', inServer(s => s.extend({ networks: networksOrWord(networkItem237) }))],
  [
    '2.42',
    inServer(s =>
      s.extend({
        networks: networksOrWord(networkItem237.extend({ tag: types.tag.optional() })),
        block_device_mapping_v2: z.array(blockDeviceV2.extend({ tag: types.tag.optional() })).optional(),
      }),
    ),
  ],
  ['2.52', inServer(s => s.extend({ tags: types.tags.optional() }))],
  ['2.57', inServer(s => s.omit({ personality: true }))],
  ['2.63', inServer(s => s.extend({ trusted_image_certificates: z.array(z.string().min(1)).min(1).max(50).nullable().optional() }))],
  [
    '2.67',
    inServer(s =>
      s.extend({
        block_device_mapping_v2: z
          .array(blockDeviceV2.extend({ tag: types.tag.optional(), volume_type: z.string().max(255).nullable().optional() }))
          .optional(),
      }),
    ),
  ],
  [
    '2.74',
    inServer(s =>
      s.extend({ host: types.fullyQualifiedHostname.optional(), hypervisor_hostname: types.fullyQualifiedHostname.optional() }),
    ),
  ],
  ['2.90', inServer(s => s.extend({ hostname: types.hostname.optional() }))],
  ['2.94', inServer(s => s.extend({ hostname: types.fullyQualifiedHostname.optional() }))],
);
