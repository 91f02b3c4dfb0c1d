import { type InstanceRow, NO_USE, plus, type QuotaUsage } from '#cell';
import type { BuildSpec } from '#contracts';

type Flavor = Pick<BuildSpec['flavor'], 'vcpus' | 'memoryMb'>;

/** What these instances use of a quota, each by its flavor. */
export const useOf = (rows: readonly InstanceRow[], flavorOf: (uuid: string) => Flavor | undefined): QuotaUsage =>
  rows.reduce((sum, { uuid }) => {
    const flavor = flavorOf(uuid);
    return plus(sum, { instances: 1, cores: flavor?.vcpus ?? 0, ramMb: flavor?.memoryMb ?? 0 });
  }, NO_USE);
