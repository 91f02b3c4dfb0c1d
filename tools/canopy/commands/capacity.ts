import type { Capacities, Pool } from '../client/shapes.js';
import type { Action } from '../program.js';
import { table } from '../show/table.js';
import { gigabytes } from '../show/units.js';

export const capacity: Action = async (context, name) => {
  context.show(await (await context.api()).capacities(name), draw);
  return 0;
};

const draw = ({ capacities, flavors, pools, hosts_up, hosts_down }: Capacities): string[] => [
  `free: ${gigabytes(capacities.ram_free?.total_mb)} of memory, ${gigabytes(capacities.disk_free?.total_mb)} of disk`,
  ...(hosts_up === undefined ? [] : [`hosts: ${hosts_up} up, ${hosts_down ?? 0} down`]),
  ...(flavors.length
    ? [
        '',
        ...table(
          ['FLAVOR', 'MORE FIT'],
          flavors.map(({ name, fits }) => [name, fits]),
        ),
      ]
    : units(capacities.ram_free?.units_by_mb)),
  ...(pools.length ? ['', ...drawPools(pools)] : []),
];

/** Of a cell that does not name flavors. */
const units = (byMb: Readonly<Record<string, number>> = {}): string[] => {
  const sizes = Object.keys(byMb).sort((a, b) => Number(a) - Number(b));
  const rows = sizes.map(size => [Number(size), byMb[size]]);
  return rows.length ? ['', ...table(['SERVERS OF THIS MEMORY (MB)', 'MORE FIT'], rows)] : [];
};

const drawPools = (pools: readonly Pool[]): string[] =>
  table(
    ['ZONE', 'HYPERVISOR', 'HOSTS', 'VCPUS USED', 'OF', 'MB USED', 'OF', 'GB USED', 'OF'],
    pools.map(({ availability_zone, hypervisor_type, hosts, total, used }) => [
      availability_zone,
      hypervisor_type,
      hosts,
      used.vcpus,
      total.vcpus,
      used.ram_mb,
      total.ram_mb,
      used.disk_gb,
      total.disk_gb,
    ]),
  );
