import type { TreeCell } from '../client/shapes.js';
import type { Action } from '../program.js';
import { plural } from '../show/units.js';
import { depth, drawTree, everyCell, ownHostsDown } from './tree.js';

/** Exit code 1 when something is unhealthy: `canopy status > /dev/null || page somebody`. */
export const status: Action = async context => {
  const root = await (await context.api()).tree();
  const cells = everyCell(root);
  const troubles = cells.flatMap(troublesOf);
  const sum = (of: (cell: TreeCell) => number | null | undefined) => cells.reduce((total, cell) => total + (of(cell) ?? 0), 0);
  const summary = {
    cells: cells.length,
    // A cell counts what is in it and below: the top has it all.
    hosts_up: root.hosts_up,
    hosts_down: root.hosts_down,
    instances: root.instances,
    outbox: sum(cell => depth(cell, 'outbox')),
    parked: sum(cell => depth(cell, 'parked')),
  };
  context.show({ healthy: troubles.length === 0, summary, troubles, cell: root }, () => [
    `${plural(cells.length, 'cell')}, ${root.hosts_up ?? '-'} hosts up, ${root.hosts_down ?? '-'} down, ${root.instances ?? '-'} servers`,
    '',
    ...drawTree(root),
    '',
    ...(troubles.length ? troubles : ['all is well']),
  ]);
  return troubles.length ? 1 : 0;
};

/** What somebody should look at, in a line each. What was asked for (disabled, draining) is no trouble. */
export const troublesOf = (cell: TreeCell): string[] => [
  ...(cell.health === 'mute'
    ? [
        `${cell.path} has not been heard for ${Math.round(cell.age_seconds ?? 0)} s: its servers run on; see whether it, its broker or the link is down`,
      ]
    : []),
  ...(cell.health === 'never-seen' ? [`${cell.path} has never been heard: run canopy cell join on its machine`] : []),
  ...(cell.health === 'incompatible' ? [`${cell.path} speaks no protocol of its parent's: upgrade the older of the two`] : []),
  ...(cell.refused_hosts ?? []).map(({ reason }) => `${cell.path} refuses a host: ${reason}`),
  ...(ownHostsDown(cell) ? [`${cell.path}: ${plural(ownHostsDown(cell), 'host is', 'hosts are')} down`] : []),
  ...(depth(cell, 'parked')
    ? [`${cell.path}: ${plural(depth(cell, 'parked')!, 'message')} parked: canopy queue parked --cell '${cell.path}'`]
    : []),
];
