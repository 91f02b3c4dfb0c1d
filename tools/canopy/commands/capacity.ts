import type { Capacities } from '../client/shapes.js';
import type { Action } from '../program.js';
import { plain, table } from '../show/table.js';
import { gigabytes } from '../show/units.js';

export const capacity: Action = async (context, name) => {
  context.show(await (await context.api()).capacities(name), draw);
  return 0;
};

const draw = ({ capacities, pools }: Capacities): string[] => [
  `free memory  ${gigabytes(capacities.ram_free?.total_mb)}`,
  `free disk    ${gigabytes(capacities.disk_free?.total_mb)}`,
  ...units('more servers of this memory (MB)', capacities.ram_free?.units_by_mb),
  ...units('more servers of this disk (MB)', capacities.disk_free?.units_by_mb),
  ...(pools?.length ? ['', ...drawPools(pools)] : []),
];

const units = (title: string, byMb: Readonly<Record<string, number>> = {}): string[] => {
  const sizes = Object.keys(byMb).sort((a, b) => Number(a) - Number(b));
  return sizes.length
    ? [
        '',
        ...table(
          [title, 'FIT'],
          sizes.map(size => [Number(size), byMb[size]]),
        ),
      ]
    : [];
};

const drawPools = (pools: readonly Readonly<Record<string, unknown>>[]): string[] => {
  const simple = [...new Set(pools.flatMap(pool => Object.keys(pool)))];
  return table(
    simple.map(name => name.toUpperCase()),
    pools.map(pool => simple.map(name => plain(pool[name]))),
  );
};
