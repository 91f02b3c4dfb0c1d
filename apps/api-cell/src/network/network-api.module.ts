import { type DynamicModule, Module } from '@nestjs/common';
import { FloatingIpsService, networkRecords, QuotaLimitsService, SecurityGroupsService } from '../compute/index.js';
import { PublicUrl } from '../http/index.js';
import { absentControllers } from './absent.controller.js';
import { ExtensionsController } from './extensions.controller.js';
import { FloatingIpsController } from './floating-ips.controller.js';
import { NetworkVersionsController } from './network-versions.controller.js';
import { NetworksController } from './networks.controller.js';
import { Pools } from './pools.js';
import { QuotasController } from './quotas.controller.js';
import { SecurityGroupRulesController } from './security-group-rules.controller.js';
import { SecurityGroupsController } from './security-groups.controller.js';
import type { NetworkApiServer } from './start-network-api.js';

/** Neutron's v2.0 API over the records that compute keeps. */
@Module({})
export class NetworkApiModule {
  static forRoot(server: NetworkApiServer): DynamicModule {
    const { securityGroups, floatingIps, quotas, pools } = networkRecords(server);
    return {
      module: NetworkApiModule,
      controllers: [
        NetworkVersionsController,
        ExtensionsController,
        NetworksController,
        SecurityGroupsController,
        SecurityGroupRulesController,
        FloatingIpsController,
        QuotasController,
        ...absentControllers,
      ],
      providers: [
        { provide: SecurityGroupsService, useValue: securityGroups },
        { provide: FloatingIpsService, useValue: floatingIps },
        { provide: QuotaLimitsService, useValue: quotas },
        { provide: Pools, useValue: new Pools(pools) },
        { provide: PublicUrl, useValue: new PublicUrl(server.publicUrl) },
      ],
    };
  }
}
