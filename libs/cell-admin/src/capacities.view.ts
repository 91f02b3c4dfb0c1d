import type { AdminResult } from '#contracts';
import { rounded } from './cell.views.js';

type Capacities = AdminResult<'cell.capacities'>;
type Flavor = Capacities['flavors'][number];

/**
 * Nova's capacities, counted in whole guests: Nova counted RAM and disk apart, and promised guests that no host could hold. Of several
 * flavors with the same RAM (or disk) the one that fits most often counts.
 */
export const capacitiesView = ({ path, ageSeconds, hostsUp, hostsDown, pools, flavors }: Capacities) => {
  const free = (of: 'memoryMb' | 'diskGb'): number => pools.reduce((sum, pool) => sum + Math.max(0, pool.total[of] - pool.used[of]), 0);
  return {
    capacities: {
      ram_free: { total_mb: free('memoryMb'), units_by_mb: unitsBy(flavors, flavor => flavor.memoryMb) },
      disk_free: { total_mb: free('diskGb') * 1024, units_by_mb: unitsBy(flavors, flavor => flavor.diskGb * 1024) },
    },
    path,
    age_seconds: ageSeconds === null ? null : rounded(ageSeconds),
    hosts_up: hostsUp,
    hosts_down: hostsDown,
    flavors: flavors.map(({ id, name, fits }) => ({ id, name, fits })),
    pools: pools.map(pool => ({
      availability_zone: pool.zone,
      hypervisor_type: pool.hypervisorType,
      traits: pool.traits,
      hosts: pool.hosts,
      total: sizeOf(pool.total),
      used: sizeOf(pool.used),
    })),
  };
};

const unitsBy = (flavors: readonly Flavor[], sizeMb: (flavor: Flavor) => number): Record<string, number> => {
  const units: Record<string, number> = {};
  for (const flavor of flavors) {
    const size = sizeMb(flavor);
    units[size] = Math.max(units[size] ?? 0, flavor.fits);
  }
  return units;
};

const sizeOf = ({ vcpus, memoryMb, diskGb }: Capacities['pools'][number]['total']) => ({ vcpus, ram_mb: memoryMb, disk_gb: diskGb });
