import type { InstanceOrder } from '#contracts';
import { type Clock, CloudError, whyNot } from '#domain';
import type { ImageCaller, ImageService } from '#images';
import type { PolicedContext } from '../../http/index.js';
import { authorize, innerRules } from '../api/index.js';
import type { CellGateway } from '../cell-gateway.js';
import type { HostStates } from '../hosts/host-states.js';
import { imageSource } from './image-source.js';
import type { ServerImagesService } from './server-images.service.js';
import type { ServerRow } from './server-row.js';
import type { ServersRepository } from './servers.repository.js';
import type { WantedPlace } from './shelve.schemas.js';

export interface ShelvedServersDeps {
  readonly gateway: CellGateway;
  readonly images: Pick<ImageService, 'get' | 'downloadGrant' | 'uploadGrant'>;
  readonly serverImages: ServerImagesService;
  readonly servers: ServersRepository;
  readonly hosts: HostStates;
  readonly clock: Clock;
}

/** An unshelved server may wait for its host, which then fetches the image and deletes it. */
const IMAGE_GRANT_MS = 24 * 3600 * 1000;

/** Servers that are kept as images, off their hosts. */
export class ShelvedServersService {
  constructor(private readonly deps: ShelvedServersDeps) {}

  /** @throws CloudError `notFound`, `conflict` in Nova's words. */
  async shelve(ctx: ImageCaller, uuid: string): Promise<void> {
    await this.deps.serverImages.shelve(ctx, uuid);
  }

  /** Off its host at once. @throws CloudError as `shelve` */
  offload(ctx: ImageCaller, uuid: string): Promise<void> {
    return this.deps.gateway.act(ctx, uuid, { name: 'shelveOffload' });
  }

  /** @throws CloudError as `shelve`; `invalid` for a zone or a host that is not there, and when the image is gone. */
  async unshelve(ctx: ImageCaller & PolicedContext, uuid: string, { availability_zone: zone, host }: WantedPlace): Promise<void> {
    const { gateway, servers } = this.deps;
    if (host !== undefined) authorize(innerRules.unshelveToHost, ctx);
    const row = await servers.show(ctx, uuid);
    const reason = whyNot('unshelve', uuid, row.state);
    if (reason) throw new CloudError('conflict', reason);
    await this.checkPlace(row, { availability_zone: zone, host });
    const kept = await this.keptIn(ctx, row);
    const order: InstanceOrder = { name: 'unshelve', ...kept, host: host ?? null, ...(zone !== undefined && { zone }) };
    await gateway.act(ctx, uuid, order, zone === undefined ? undefined : { availability_zone: zone });
  }

  /** The image that it is made of again, and the link by which its host deletes it. */
  private async keptIn(ctx: ImageCaller, { uuid, state }: ServerRow) {
    const id = await this.deps.servers.shelvedImageOf(uuid);
    const image = id === null ? undefined : await imageSource(this.deps, ctx, id, () => undefined);
    if (id !== null && image) {
      const { discard } = await this.deps.images.uploadGrant(id, { expiresAt: this.deps.clock.now() + IMAGE_GRANT_MS });
      return { image, discard: { imageId: id, discard: { url: discard.url, headers: { ...discard.headers } } } };
    }
    // One that is still on its host needs no image.
    if (state.vmState === 'shelved') return { image: null, discard: null };
    throw new CloudError('invalid', `Unshelve attempted but the image ${id} cannot be found.`);
  }

  private async checkPlace(row: ServerRow, wanted: { readonly [K in keyof WantedPlace]: WantedPlace[K] | undefined }): Promise<void> {
    const { hosts, gateway } = this.deps;
    const { availability_zone: zone, host } = wanted;
    if (zone === undefined && host === undefined) return;
    const status = row.state.vmState.toUpperCase();
    if (row.state.vmState !== 'shelved_offloaded')
      throw new CloudError(
        'conflict',
        `Specifying an availability zone or a host when unshelving instance "${row.uuid}" with status "${status}" is not supported, ` +
          'instance status must be SHELVED_OFFLOADED.',
      );
    if (zone) await hosts.requireZone(zone);
    if (host !== undefined) await hosts.requireInCell(row.cellPath, host);
    const there = host === undefined ? undefined : hosts.of(row.cellPath, host);
    const inZone = zone === undefined ? row.availabilityZone : zone;
    if (there && inZone !== null && there.zone !== inZone)
      throw new CloudError('conflict', `Host "${host}" is not in the availability zone "${inZone}".`);
    if (zone) await gateway.catchUpWithGlobals();
  }
}
