import type { Cell } from '../client/shapes.js';
import type { Action } from '../program.js';
import { fields, plain, table } from '../show/table.js';
import { age } from '../show/units.js';

export const list: Action = async context => {
  context.show(await (await context.api()).neighbours(), cells =>
    table(
      ['NAME', 'TYPE', 'PATH', 'HEALTH', 'ENABLED', 'DRAINING', 'WEIGHT OFFSET', 'AGE'],
      cells.map(cell => [
        cell.name,
        text(cell.type),
        text(cell.path),
        text(cell.health),
        text(cell.enabled),
        text(cell.draining),
        number(cell.weight_offset),
        age(number(cell.last_report_age_seconds)),
      ]),
    ),
  );
  return 0;
};

export const show: Action = async (context, name) => {
  context.show(await (await context.api()).cell(name!), drawCell);
  return 0;
};

export const drawCell = (cell: Cell): string[] => fields(Object.entries(cell));

const text = (value: unknown): string | undefined => (value == null ? undefined : plain(value));
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
