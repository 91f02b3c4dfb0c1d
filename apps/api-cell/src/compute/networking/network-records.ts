import type { DataSource } from 'typeorm';
import type { Clock, Random } from '#domain';
import { sqlOf } from '../api/index.js';
import { QuotaLimitsService } from '../quotas/quota-limits.service.js';
import type { QuotaSet } from '../quotas/quota-resources.js';
import { DefaultGroup } from './default-group.js';
import type { FloatingIpPool } from './floating-ip-pools.js';
import { FloatingIpsService } from './floating-ips.service.js';
import { SecurityGroupsService } from './security-groups.service.js';

export interface NetworkRecordsDeps {
  /** Initialised, with the tables of computeApiEntities. */
  readonly dataSource: DataSource;
  readonly clock: Clock;
  readonly random: Random;
  /** None unless given. */
  readonly floatingIpPools?: readonly FloatingIpPool[];
  /** Limits of projects that differ from Nova's. */
  readonly quotaDefaults?: Partial<QuotaSet>;
}

/** What is kept of networks: compute's old calls and the Network API show the same. */
export const networkRecords = ({
  dataSource,
  clock,
  random,
  floatingIpPools: pools = [],
  quotaDefaults: configured,
}: NetworkRecordsDeps) => {
  const sql = sqlOf(dataSource);
  const defaults = new DefaultGroup({ dataSource, sql, clock, random });
  return {
    defaults,
    securityGroups: new SecurityGroupsService({ dataSource, sql, clock, random, defaults }),
    pools,
    floatingIps: new FloatingIpsService({ dataSource, sql, clock, random, pools }),
    quotas: new QuotaLimitsService({ dataSource, sql, ...(configured && { configured }) }),
  };
};
