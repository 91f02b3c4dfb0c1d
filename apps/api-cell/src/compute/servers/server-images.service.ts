import type { BuildSpec } from '#contracts';
import { type Clock, CloudError, type GuestActionName, whyNot } from '#domain';
import type { ImageCaller, ImageFields, ImageService } from '#images';
import type { CellGateway } from '../cell-gateway.js';
import type { QuotaLimitsService } from '../quotas/quota-limits.service.js';
import { checkMetadata } from './metadata-limit.js';
import type { ServersRepository } from './servers.repository.js';

export interface ServerImagesDeps {
  readonly gateway: CellGateway;
  readonly images: Pick<ImageService, 'create' | 'addMember' | 'delete' | 'uploadGrant'>;
  readonly servers: ServersRepository;
  readonly quotas: QuotaLimitsService;
  readonly clock: Clock;
}

export interface WantedImage {
  readonly name: string;
  /** Told over what Canopy says of the image itself. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

export interface WantedBackup extends WantedImage {
  /** `daily`, `weekly`, or whatever the user calls it. */
  readonly kind: string;
  /** So many of this kind are kept, with this one. */
  readonly rotation: number;
}

/** The host has so long to begin; then nobody may fill the image any more. */
const UPLOAD_GRANT_MS = 24 * 3600 * 1000;

/** Properties of an image that say nothing of an image made of its server. Source: nova's non_inheritable_image_properties. */
const NOT_INHERITED: ReadonlySet<string> = new Set(['cache_in_nova', 'bittorrent', 'image_type', 'backup_type', 'instance_uuid']);

/** Images of servers: the record is made here, and the server's host fills it. Each method answers the image's id. */
export class ServerImagesService {
  constructor(private readonly deps: ServerImagesDeps) {}

  /** @throws CloudError `notFound`, `conflict` in Nova's words, `overLimit` for too much metadata. */
  async create(ctx: ImageCaller, uuid: string, wanted: WantedImage): Promise<string> {
    return this.order(ctx, uuid, 'createImage', wanted, { image_type: 'snapshot' });
  }

  /** As `create`. @throws CloudError `notImplemented` where the image service does not rotate backups. */
  async backup(ctx: ImageCaller, uuid: string, { kind, rotation, ...wanted }: WantedBackup): Promise<string> {
    return this.order(ctx, uuid, 'createBackup', wanted, { image_type: 'backup', backup_type: kind }, rotation);
  }

  /** As `create`: what a server is kept in while it is shelved. */
  async shelve(ctx: ImageCaller, uuid: string): Promise<string> {
    const { displayName } = await this.deps.servers.show(ctx, uuid);
    return this.order(ctx, uuid, 'shelve', { name: `${displayName}-shelved` }, { image_type: 'snapshot' });
  }

  private async order(
    ctx: ImageCaller,
    uuid: string,
    name: 'createImage' | 'createBackup' | 'shelve',
    wanted: WantedImage,
    told: Readonly<Record<string, string>>,
    keepBackups?: number,
  ): Promise<string> {
    checkMetadata(wanted.metadata, await this.deps.quotas.of(ctx.projectId));
    await this.checkState(ctx, uuid, name);
    const { images, gateway, clock } = this.deps;
    const spec = await gateway.orderOf(ctx, uuid);
    const fields = fieldsOf(ctx, spec, wanted, told);
    const { id: imageId } = await images.create(ctx, fields);
    try {
      if (fields.visibility === 'shared') await images.addMember(ctx, imageId, spec.projectId);
      const grant = await images.uploadGrant(imageId, { expiresAt: clock.now() + UPLOAD_GRANT_MS, keepBackups });
      const format = fields.diskFormat === 'raw' ? 'raw' : 'qcow2';
      const upload = { imageId, format, put: copy(grant.put), discard: copy(grant.discard) } as const;
      await gateway.act(ctx, uuid, { name, upload }, name === 'shelve' ? { shelved_image_id: imageId } : undefined);
    } catch (error) {
      // Why there is no image matters more than that its record stays.
      await images.delete(ctx, imageId).catch(() => undefined);
      throw error;
    }
    return imageId;
  }

  /** Before there is an image: `act` asks again, under the lock. */
  private async checkState(ctx: ImageCaller, uuid: string, action: GuestActionName): Promise<void> {
    const { state } = await this.deps.servers.show(ctx, uuid);
    const reason = whyNot(action, uuid, state);
    if (reason) throw new CloudError('conflict', reason);
  }
}

/**
 * Of a record that will hold the disk of this server. One that another project makes, as an administrator's does, is shared with the
 * server's: its users use the image, and can have a server back that was shelved into it.
 */
const fieldsOf = (
  ctx: ImageCaller,
  { instanceUuid, projectId, flavor, image }: BuildSpec,
  { name, metadata }: WantedImage,
  told: Readonly<Record<string, string>>,
): ImageFields => ({
  name,
  visibility: projectId === ctx.projectId ? 'private' : 'shared',
  owner: ctx.projectId,
  protected: false,
  hidden: false,
  diskFormat: image?.diskFormat === 'raw' ? 'raw' : 'qcow2',
  containerFormat: 'bare',
  minDiskGb: Math.max(image?.minDiskGb ?? 0, flavor.rootGb),
  minMemoryMb: image?.minMemoryMb ?? 0,
  tags: [],
  properties: {
    ...Object.fromEntries(Object.entries(image?.properties ?? {}).filter(([key]) => !NOT_INHERITED.has(key))),
    base_image_ref: image?.id ?? '',
    image_location: 'snapshot',
    image_state: 'available',
    instance_uuid: instanceUuid,
    owner_id: projectId,
    user_id: ctx.userId,
    ...(projectId !== ctx.projectId && { instance_owner: projectId }),
    ...told,
    ...metadata,
  },
});

const copy = ({ url, headers }: { url: string; headers: Readonly<Record<string, string>> }) => ({ url, headers: { ...headers } });
