import type { HostWish } from '#cell';
import type { HostChanges } from '#contracts';
import { CloudError, isUuid, type RequestContext } from '#domain';
import type { AggregatesService } from '../aggregates/aggregates.service.js';
import type { CellGateway } from '../cell-gateway.js';
import type { HostRecord, HostsRepository } from './hosts.repository.js';
import { COMPUTE } from './service.view.js';

export interface ServicesServiceDeps {
  readonly gateway: Pick<CellGateway, 'updateHost' | 'removeHost'>;
  readonly hosts: HostsRepository;
  readonly aggregates: Pick<AggregatesService, 'forgetHost'>;
}

/** Compute services as operators steer them. All errors are CloudErrors in Nova's words. */
export class ServicesService {
  constructor(private readonly deps: ServicesServiceDeps) {}

  /** By uuid. The record as it is from now on. @throws CloudError `invalid`, `notFound`. */
  async update(ctx: RequestContext, uuid: string, changes: HostChanges): Promise<HostRecord> {
    if (!isUuid(uuid)) throw new CloudError('invalid', `Invalid uuid ${uuid}`);
    const found = await this.deps.hosts.find({ uuid });
    if (!found) throw new CloudError('notFound', `Service ${uuid} could not be found.`);
    return this.change(ctx, found, changes);
  }

  /** By name. @throws CloudError `notFound`; `invalid` for another binary, and for a host that several cells have. */
  async updateByName(ctx: RequestContext, host: string, binary: string, changes: HostChanges): Promise<void> {
    if (binary !== COMPUTE)
      throw new CloudError('invalid', `Updating a ${binary} service is not supported. Only nova-compute services can be updated.`);
    const [found, another] = await this.deps.hosts.named(host);
    if (!found) throw new CloudError('notFound', `Host '${host}' is not mapped to any cell`);
    if (another)
      throw new CloudError(
        'invalid',
        `More than one possible service found: host ${host} is in ${found.cellPath} and in ${another.cellPath}. Name the service by its uuid.`,
      );
    await this.change(ctx, found, changes);
  }

  /**
   * Forgets a host that has no servers, here and in its cell, and takes it out of its aggregates. One whose compute service still runs
   * comes back with its next report.
   * @throws CloudError `notFound`; `conflict` while it has servers.
   */
  async delete(ctx: RequestContext, by: { readonly id: number } | { readonly uuid: string }): Promise<void> {
    const found = await this.deps.hosts.find(by);
    if (!found) throw new CloudError('notFound', `Service ${'id' in by ? by.id : by.uuid} not found.`);
    if ((await this.deps.hosts.serversOn([found])).size > 0)
      throw new CloudError(
        'conflict',
        'Unable to delete compute service that is hosting instances. Migrate or delete the instances first.',
      );
    await this.deps.gateway.removeHost(ctx, found);
    if ((await this.deps.hosts.named(found.host)).length === 0) await this.deps.aggregates.forgetHost(found.host);
  }

  private async change(ctx: RequestContext, found: HostRecord, changes: HostChanges): Promise<HostRecord> {
    const { enabled, disabledReason, forcedDown }: HostWish = await this.deps.gateway.updateHost(ctx, found, changes);
    return { ...found, enabled, disabledReason, forcedDown, up: found.heard && !forcedDown };
  }
}
