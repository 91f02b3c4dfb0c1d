import type { FlavorSnapshot } from '#domain';
import type { QuotaSet } from '../quotas/quota-resources.js';
import type { QuotaUse } from '../quotas/quota-use.js';

/** How many more servers of a flavor the limits allow; Infinity when nothing limits them. */
export const affordableCount = (
  flavor: Pick<FlavorSnapshot, 'vcpus' | 'memoryMb'>,
  limits: QuotaSet,
  use: Pick<QuotaUse, 'instances' | 'cores' | 'ram'>,
): number => {
  const room = (limit: number, used: number, each: number) =>
    limit < 0 || each === 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor((limit - used) / each));
  return Math.min(
    room(limits.instances, use.instances, 1),
    room(limits.cores, use.cores, flavor.vcpus),
    room(limits.ram, use.ram, flavor.memoryMb),
  );
};
