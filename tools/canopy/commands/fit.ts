import type { Action } from '../program.js';
import { table } from '../show/table.js';
import { age } from '../show/units.js';

export const fit: Action = async (context, flavor) => {
  const api = await context.api();
  const found = await api.fit({ flavor: await api.flavor(flavor!), zone: context.text('zone') });
  context.show(found, ({ total, cells }) => [
    ...table(
      ['CELL', 'FIT', 'RESERVED', 'HEALTH', 'AGE'],
      cells.map(cell => [cell.path, cell.fits, cell.reserved, cell.health, age(cell.age_seconds)]),
    ),
    `${total} more of flavor ${flavor} would fit`,
  ]);
  return 0;
};
