import type { TreeCell } from '../client/shapes.js';
import type { Action } from '../program.js';
import { table } from '../show/table.js';
import { age } from '../show/units.js';

export const tree: Action = async context => {
  context.show(await (await context.api()).tree(), drawTree);
  return 0;
};

export const drawTree = (root: TreeCell): string[] =>
  table(
    ['CELL', 'HEALTH', 'AGE', 'LAG', 'HOSTS', 'SERVERS', 'OUTBOX', 'PARKED', 'VERSION'],
    rows(root, '', '').map(([name, cell]) => [
      name,
      healthOf(cell),
      age(cell.age_seconds),
      age(cell.lag_seconds),
      hostsOf(cell),
      cell.instances,
      depth(cell, 'outbox'),
      depth(cell, 'parked'),
      cell.versions?.software,
    ]),
  );

export const everyCell = (cell: TreeCell): TreeCell[] => [cell, ...cell.children.flatMap(everyCell)];

export const depth = (cell: TreeCell, queue: string): number | undefined => {
  const value = cell.queues?.[queue];
  return typeof value === 'number' ? value : undefined;
};

/** A cell counts what is in it and below: these are in itself. */
export const ownHostsDown = ({ hosts_down, children }: TreeCell): number =>
  Math.max(0, (hosts_down ?? 0) - children.reduce((sum, child) => sum + (child.hosts_down ?? 0), 0));

const rows = (cell: TreeCell, lead: string, below: string): [string, TreeCell][] => [
  [`${lead}${cell.path.slice(cell.path.lastIndexOf('!') + 1)}`, cell],
  ...cell.children.flatMap((child, index) => {
    const last = index === cell.children.length - 1;
    return rows(child, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`);
  }),
];

const healthOf = (cell: TreeCell): string => (cell.draining ? `${cell.health} (draining ${cell.draining} %)` : cell.health);

const hostsOf = ({ hosts_up, hosts_down }: TreeCell): string => (hosts_up == null ? '-' : `${hosts_up}/${hosts_up + (hosts_down ?? 0)}`);
