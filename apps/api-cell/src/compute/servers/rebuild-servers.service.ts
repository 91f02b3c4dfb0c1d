import { z } from 'zod';
import type { BuildSpec } from '#contracts';
import { type Clock, CloudError, whyNot } from '#domain';
import type { ImageCaller, ImageService } from '#images';
import type { CellGateway } from '../cell-gateway.js';
import type { KeyPairsService } from '../keypairs/keypairs.service.js';
import type { QuotaLimitsService } from '../quotas/quota-limits.service.js';
import { type GuestKey, guestKeyOf, NO_KEY } from './guest-key.js';
import { checkImage } from './image-requirements.js';
import { imageSource } from './image-source.js';
import { checkMetadata } from './metadata-limit.js';
import { checkPersonality } from './personality.js';
import type { RebuildServerBody } from './rebuild-server.schema.js';
import { generatePassword } from './server-names.js';
import type { ServerRow } from './server-row.js';
import type { ServersRepository } from './servers.repository.js';

export interface RebuildServersDeps {
  readonly gateway: CellGateway;
  readonly images: Pick<ImageService, 'get' | 'downloadGrant'>;
  readonly servers: ServersRepository;
  readonly keyPairs: KeyPairsService;
  readonly quotas: QuotaLimitsService;
  readonly clock: Clock;
}

const Metadata = z.record(z.string(), z.string());

type Wanted = RebuildServerBody['rebuild'];

/** The action `rebuild`: a server keeps its uuid, its host and its flavor, and is made anew of an image. */
export class RebuildServersService {
  constructor(private readonly deps: RebuildServersDeps) {}

  /**
   * @returns the administrator's password of the new guest
   * @throws CloudError `notFound`, `conflict` in Nova's words, `invalid` naming the field, `overLimit`.
   */
  async rebuild(ctx: ImageCaller, uuid: string, wanted: Wanted): Promise<string> {
    const { gateway, servers, quotas } = this.deps;
    const row = await servers.show(ctx, uuid);
    const reason = whyNot('rebuild', uuid, row.state);
    if (reason) throw new CloudError('conflict', reason);
    const before = await gateway.orderOf(ctx, uuid);
    refuseUnsupported(wanted, before);
    const limits = await quotas.of(ctx.projectId);
    checkMetadata(wanted.metadata, limits);
    const personality = [...(wanted.personality ?? [])];
    checkPersonality(personality, limits);
    const image = await imageSource(this.deps, ctx, wanted.imageRef, found => checkImage(found, before.flavor));
    if (!image) throw new CloudError('invalid', 'Cannot find image for rebuild');
    const adminPassword = wanted.adminPass ?? generatePassword();
    const spec: BuildSpec = {
      ...before,
      image,
      adminPassword,
      name: wanted.name ?? row.displayName,
      hostname: wanted.hostname ?? row.hostname,
      metadata: wanted.metadata ? { ...wanted.metadata } : Metadata.parse(JSON.parse(row.metadataJson)),
      userData: wanted.user_data === undefined ? before.userData : wanted.user_data,
      personality,
      configDrive: before.configDrive || personality.length > 0,
      ...(await this.key(ctx, wanted.key_name)),
    };
    await gateway.rebuild(ctx, spec, columnsOf(spec, wanted, row));
    return adminPassword;
  }

  /** Nothing is said of it: it stays. Null takes it away. */
  private async key(ctx: ImageCaller, name: string | null | undefined): Promise<Partial<GuestKey>> {
    if (name === undefined) return {};
    if (name === null) return NO_KEY;
    const found = await this.deps.keyPairs.find(ctx.userId, name);
    if (!found) throw new CloudError('invalid', 'Invalid key_name provided.');
    return guestKeyOf(found);
  }
}

/** @throws CloudError `invalid`: a request that would be half obeyed is refused whole, naming the field. */
const refuseUnsupported = (wanted: Wanted, { flavor }: BuildSpec): void => {
  if (wanted.trusted_image_certificates)
    throw new CloudError('invalid', 'trusted_image_certificates: image signatures are not verified here');
  if (wanted.preserve_ephemeral && flavor.ephemeralGb > 0)
    throw new CloudError('invalid', 'preserve_ephemeral: the ephemeral disk is made anew; it cannot be preserved');
};

const columnsOf = (spec: BuildSpec, wanted: Wanted, row: ServerRow): Record<string, string | null> => ({
  image_ref: spec.image?.id ?? '',
  display_name: spec.name,
  display_description: wanted.description === undefined ? row.displayDescription : wanted.description,
  hostname: spec.hostname,
  key_name: spec.keyName,
  metadata: JSON.stringify(spec.metadata),
  user_data: spec.userData,
  config_drive: spec.configDrive ? '1' : '0',
  access_ip_v4: wanted.accessIPv4 ?? row.accessIpV4,
  access_ip_v6: wanted.accessIPv6 ?? row.accessIpV6,
  disk_config: wanted['OS-DCF:diskConfig'] ?? row.diskConfig,
});
