import { CloudError } from '#domain';
import { isQuotaResource, type QuotaResource, type QuotaSet } from './quota-resources.js';
import type { QuotaUse } from './quota-use.js';

/** What is in use of a resource; of what is not counted by project, nothing. */
export const inUse = (use: QuotaUse, name: QuotaResource): number => (isCounted(name) ? use[name] : 0);

const COUNTED = ['instances', 'cores', 'ram', 'server_groups', 'security_groups', 'floating_ips'] as const;
const isCounted = (name: QuotaResource): name is (typeof COUNTED)[number] => COUNTED.some(counted => counted === name);

export interface Bounds {
  /** No limit may be below what is in use; undefined: it may. */
  readonly use: QuotaUse | undefined;
  /** A user's limits may not be above the project's; undefined: they may. */
  readonly most: QuotaSet | undefined;
}

/** @throws CloudError `invalid` in Nova's words for the first limit that is below what is used, or above what may be given. */
export const checkSettable = (limits: Partial<QuotaSet>, { use, most }: Bounds): void => {
  for (const [name, limit] of Object.entries(limits)) {
    if (!isQuotaResource(name)) continue;
    const used = use ? inUse(use, name) : 0;
    const maximum = most?.[name] ?? -1;
    if (limit >= 0 ? limit < used : maximum >= 0) {
      const reason = `must be greater than or equal to already used and reserved ${used}`;
      throw new CloudError('invalid', `Quota limit ${limit} for ${name} ${reason}.`);
    }
    if (maximum >= 0 && limit > maximum)
      throw new CloudError('invalid', `Quota limit ${limit} for ${name} must be less than or equal to ${maximum}.`);
  }
};
