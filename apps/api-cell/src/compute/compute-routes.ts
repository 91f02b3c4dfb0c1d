import type { DataSource } from 'typeorm';
import type { AdminDoor } from '#cell';
import type { Clock, Logger, Random } from '#domain';
import type { ImageService } from '#images';
import { AggregateImagesService } from './aggregates/aggregate-images.service.js';
import { aggregateRoutes } from './aggregates/aggregates.routes.js';
import { AggregatesService } from './aggregates/aggregates.service.js';
import { goneRoutes, type Route, sqlOf } from './api/index.js';
import type { CellGateway } from './cell-gateway.js';
import { cellRoutes } from './cells/cells.routes.js';
import { consoleActions, consoleRoutes } from './consoles/consoles.routes.js';
import { type ConsoleAccess, ConsolesService } from './consoles/consoles.service.js';
import { assistedSnapshotRoutes } from './events/assisted-snapshots.routes.js';
import { externalEventRoutes } from './events/external-events.routes.js';
import { FlavorsRepository } from './flavors/flavors.repository.js';
import { flavorRoutes } from './flavors/flavors.routes.js';
import { FlavorsService, type OnFlavorsChanged } from './flavors/flavors.service.js';
import { HostZones } from './globals/host-zones.js';
import { availabilityZoneRoutes } from './hosts/availability-zones.routes.js';
import { hostRoutes } from './hosts/host.routes.js';
import { HostStates } from './hosts/host-states.js';
import { HostsRepository } from './hosts/hosts.repository.js';
import { hypervisorRoutes } from './hosts/hypervisors.routes.js';
import { serviceRoutes } from './hosts/services.routes.js';
import { ServicesService } from './hosts/services.service.js';
import { imageMetadataRoutes } from './images/image-metadata.routes.js';
import { imageRoutes } from './images/images.routes.js';
import { ProxiedImages } from './images/proxied-images.js';
import { keyPairRoutes } from './keypairs/keypairs.routes.js';
import { KeyPairsService } from './keypairs/keypairs.service.js';
import { absentRoutes } from './misc/absent.routes.js';
import { extensionRoutes } from './misc/extensions.routes.js';
import { evacuateActions } from './moves/evacuate.actions.js';
import { EvacuateServersService } from './moves/evacuate-servers.service.js';
import { LiveChecks } from './moves/live-checks.js';
import { migrateLiveActions } from './moves/migrate-live.actions.js';
import { MigrationsRepository } from './moves/migrations.repository.js';
import { migrationRoutes } from './moves/migrations.routes.js';
import { moveActions } from './moves/move-actions.routes.js';
import { MoveServersService } from './moves/move-servers.service.js';
import { steeringRoutes } from './moves/steering.routes.js';
import { fixedIpActions } from './networking/fixed-ips.actions.js';
import type { FloatingIpPool } from './networking/floating-ip-pools.js';
import { floatingIpActions, floatingIpRoutes } from './networking/floating-ips.routes.js';
import { networkRecords } from './networking/network-records.js';
import { networkRoutes } from './networking/networks.routes.js';
import { securityGroupRoutes } from './networking/security-groups.routes.js';
import { ServerSecurityGroups } from './networking/server-security-groups.js';
import { serverSecurityGroupActions, serverSecurityGroupRoutes } from './networking/server-security-groups.routes.js';
import type { QuotaSet } from './quotas/quota-resources.js';
import { quotaRoutes } from './quotas/quotas.routes.js';
import { serverGroupRoutes } from './server-groups/server-groups.routes.js';
import { ServerGroupsService } from './server-groups/server-groups.service.js';
import { CreateServersService } from './servers/create-servers.service.js';
import { DeleteServersService } from './servers/delete-servers.service.js';
import { instanceActionRoutes } from './servers/instance-actions.routes.js';
import { RebuildServersService } from './servers/rebuild-servers.service.js';
import { RescueServersService } from './servers/rescue-servers.service.js';
import { serverActionRoutes } from './servers/server-actions.routes.js';
import { serverAttachmentRoutes } from './servers/server-attachments.routes.js';
import { ServerChanges } from './servers/server-changes.js';
import { serverDiagnosticsRoutes } from './servers/server-diagnostics.routes.js';
import { serverImageActions } from './servers/server-images.actions.js';
import { ServerImagesService } from './servers/server-images.service.js';
import { serverMetadataRoutes } from './servers/server-metadata.routes.js';
import { serverPasswordRoutes } from './servers/server-password.routes.js';
import { serverRemakingActions } from './servers/server-remaking.actions.js';
import { ServerRenderer } from './servers/server-renderer.js';
import { serverTagRoutes } from './servers/server-tags.routes.js';
import { ServersRepository } from './servers/servers.repository.js';
import { serverRoutes } from './servers/servers.routes.js';
import { shelveActions } from './servers/shelve.actions.js';
import { ShelvedServersService } from './servers/shelved-servers.service.js';
import { auditLogRoutes } from './usage/audit-log.routes.js';
import { UsageRepository } from './usage/usage.repository.js';
import { usageRoutes } from './usage/usage.routes.js';

/** What the compute API asks of an image service. */
export type ComputeImages = Pick<
  ImageService,
  'get' | 'list' | 'downloadGrant' | 'create' | 'addMember' | 'delete' | 'changeProperties' | 'uploadGrant' | 'urlOf'
>;

/** What the compute API stands on. The data source must be initialised, with the tables of computeApiEntities. */
export interface ComputeApiDeps {
  readonly dataSource: DataSource;
  readonly gateway: CellGateway;
  /** Where administrators' orders for cells go: the root's. */
  readonly cells: AdminDoor;
  readonly images: ComputeImages;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Called in the transaction of every change of flavors. */
  readonly onFlavorsChanged: OnFlavorsChanged;
  /** Undefined where no console proxy is configured: there are no remote consoles then. */
  readonly consoles?: ConsoleAccess | undefined;
  /** Limits of projects that differ from Nova's; an administrator may change them further at run time. */
  readonly quotaDefaults?: Partial<QuotaSet>;
  /** How long a deleted server can be restored; not at all when left out. */
  readonly reclaimSeconds?: number;
  /** None unless given. */
  readonly floatingIpPools?: readonly FloatingIpPool[];
}

/** The whole route table of the compute API. */
export const computeRoutes = (deps: ComputeApiDeps): Route[] => {
  const { dataSource, gateway, images, clock, random } = deps;
  const sql = sqlOf(dataSource);
  const zones = new HostZones(sql);
  const hosts = new HostStates(sql, zones, clock);
  const hostRecords = new HostsRepository(sql, zones, clock);
  const flavors = new FlavorsRepository(sql);
  const keyPairs = new KeyPairsService({ dataSource, sql, clock });
  const { quotas, defaults, pools, floatingIps, securityGroups: groupRecords } = networkRecords(deps);
  const groups = new ServerGroupsService({ dataSource, sql, clock, random });
  const servers = new ServersRepository(sql);
  const securityGroups = new ServerSecurityGroups({ dataSource, sql, servers, defaults });
  const changes = new ServerChanges({ dataSource, clock });
  const migrations = new MigrationsRepository(sql);
  const liveChecks = new LiveChecks(sql, clock);
  const moves = new MoveServersService({ gateway, servers, changes, flavors, quotas, hosts, liveChecks });
  const renderer = new ServerRenderer(servers, hosts);
  const creates = new CreateServersService({
    sql,
    gateway,
    images,
    flavors,
    keyPairs,
    quotas,
    hosts,
    groups,
    securityGroups,
    clock,
    random,
  });
  const serverImages = new ServerImagesService({ gateway, images, servers, quotas, clock });
  const remaking = serverRemakingActions({
    gateway,
    rebuilds: new RebuildServersService({ gateway, images, servers, keyPairs, quotas, clock }),
    rescues: new RescueServersService({ gateway, images, servers, clock }),
    servers,
    hosts,
    renderer,
  });
  const consoles = new ConsolesService({ gateway, servers, access: deps.consoles });
  const shelved = new ShelvedServersService({ gateway, images, serverImages, servers, hosts, clock });
  const deletes = new DeleteServersService({ gateway, images, servers, quotas, reclaimSeconds: deps.reclaimSeconds ?? 0 });
  const aggregates = new AggregatesService({ dataSource, sql, gateway, clock, random });
  const services = new ServicesService({ gateway, hosts: hostRecords, aggregates });
  const proxied = new ProxiedImages(images);
  return [
    ...serverRoutes({ deletes, servers, renderer, creates, changes, hosts }),
    ...serverActionRoutes(gateway, deletes, [
      ...serverImageActions(serverImages, images),
      ...remaking,
      ...shelveActions(shelved),
      ...serverSecurityGroupActions(securityGroups),
      ...floatingIpActions(floatingIps, servers),
      ...fixedIpActions(servers),
      ...consoleActions(consoles),
      ...moveActions(gateway, moves),
      ...migrateLiveActions(moves),
      ...evacuateActions(new EvacuateServersService({ gateway, images, servers, hosts, moves, clock })),
    ]),
    ...consoleRoutes(consoles),
    ...serverDiagnosticsRoutes(gateway, servers),
    ...migrationRoutes(migrations, servers),
    ...steeringRoutes(gateway, migrations, servers),
    ...serverMetadataRoutes({ servers, changes, quotas }),
    ...serverTagRoutes(servers, changes),
    ...instanceActionRoutes(servers, sql),
    ...serverAttachmentRoutes(servers),
    ...serverSecurityGroupRoutes(securityGroups),
    ...serverPasswordRoutes(servers),
    ...flavorRoutes(new FlavorsService({ dataSource, flavors, clock, random, onFlavorsChanged: deps.onFlavorsChanged }), flavors),
    ...keyPairRoutes(keyPairs, quotas),
    ...quotaRoutes(quotas),
    ...availabilityZoneRoutes(hostRecords),
    ...serviceRoutes(hostRecords, services),
    ...hypervisorRoutes(hostRecords, gateway),
    ...hostRoutes(hostRecords, services),
    ...aggregateRoutes(aggregates, new AggregateImagesService({ gateway, images, aggregates, hosts: hostRecords, clock })),
    ...serverGroupRoutes(groups, quotas),
    ...securityGroupRoutes(groupRecords, quotas),
    ...floatingIpRoutes({ ips: floatingIps, pools, quotas }),
    ...networkRoutes(pools),
    ...cellRoutes({ door: deps.cells, clock, images: deps.images, groups, sql }),
    ...usageRoutes(new UsageRepository(sql), clock),
    ...auditLogRoutes(hostRecords, clock),
    ...imageRoutes(proxied),
    ...imageMetadataRoutes(proxied, quotas),
    ...extensionRoutes,
    ...externalEventRoutes(sql, deps.logger),
    ...assistedSnapshotRoutes,
    ...absentRoutes,
    ...goneRoutes,
  ];
};
