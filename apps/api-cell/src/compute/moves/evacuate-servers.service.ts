import { type Clock, CloudError, whyNotMove } from '#domain';
import type { ImageService } from '#images';
import type { Call } from '../api/index.js';
import type { CellGateway } from '../cell-gateway.js';
import type { HostStates } from '../hosts/host-states.js';
import { imageSource } from '../servers/image-source.js';
import { generatePassword } from '../servers/server-names.js';
import type { ServerRow } from '../servers/server-row.js';
import type { ServersRepository } from '../servers/servers.repository.js';
import type { MoveServersService } from './move-servers.service.js';

export interface EvacuateServersDeps {
  readonly gateway: CellGateway;
  readonly images: Pick<ImageService, 'get' | 'downloadGrant'>;
  readonly servers: ServersRepository;
  readonly hosts: HostStates;
  readonly moves: MoveServersService;
  readonly clock: Clock;
}

/** The newest shape, and what older versions had besides. */
export interface WantedEvacuation {
  readonly host?: string;
  readonly adminPass?: string;
  /** Until 2.13. */
  readonly onSharedStorage?: boolean;
  /** From 2.29 to 2.67. */
  readonly force?: boolean;
}

/** The action `evacuate`: a server whose host is down is made anew of its image on another host of its cell. */
export class EvacuateServersService {
  constructor(private readonly deps: EvacuateServersDeps) {}

  /**
   * @returns the administrator's password of the new guest
   * @throws CloudError `notFound`, `conflict`, `invalid` in Nova's words.
   */
  async evacuate(call: Call, wanted: WantedEvacuation): Promise<string> {
    const { servers, moves } = this.deps;
    const { host } = wanted;
    if (wanted.force && host === undefined) throw new CloudError('invalid', "Can't force to a non-provided destination");
    const server = await servers.show(call.ctx, call.params.id ?? '');
    if (wanted.onSharedStorage) throw new CloudError('invalid', 'onSharedStorage: the hosts share no disks here');
    if (host !== undefined) await this.checkTarget(server, host);
    const reason = whyNotMove('evacuate', server.uuid, server.state);
    if (reason) throw new CloudError('conflict', reason);
    await this.checkLost(server);
    const adminPassword = wanted.adminPass ?? generatePassword();
    const image = await this.image(call, server.uuid);
    const staysOff = call.at.allows('evacuated-stays-off');
    await moves.begin(call, server, { action: 'evacuate', host, evacuation: { image, adminPassword, staysOff } });
    return adminPassword;
  }

  /** @throws CloudError `notFound` for a host that there is not, `invalid` for one that will not do. */
  private async checkTarget(server: ServerRow, host: string): Promise<void> {
    const { hosts } = this.deps;
    await hosts.renewed();
    if (hosts.cellsOf(host).length === 0) throw new CloudError('notFound', `Compute host ${host} not found.`);
    if (host === server.host) throw new CloudError('invalid', "The target host can't be the same one.");
    await hosts.requireInCell(server.cellPath, host);
  }

  /** @throws CloudError `conflict` for a server that is on no host; `invalid` when its host is up. */
  private async checkLost({ uuid, cellPath, host }: ServerRow): Promise<void> {
    const { hosts } = this.deps;
    await hosts.renewed();
    if (host === null) throw new CloudError('conflict', `Instance ${uuid} is not ready`);
    if (hosts.of(cellPath, host)?.up) throw new CloudError('invalid', `Compute service of ${host} is still in use.`);
  }

  /** With a link that is good now. Of an image that is gone a host may have kept the data. */
  private async image({ ctx }: Call, uuid: string) {
    const { image } = await this.deps.gateway.orderOf(ctx, uuid);
    return (image && (await imageSource(this.deps, ctx, image.id, () => undefined))) ?? image;
  }
}
