import type { CellNode } from '#contracts';
import { quotaOf, rounded } from './cell.views.js';
import { isoSeconds } from './times.js';

export interface TreeCell extends Readonly<Record<string, unknown>> {
  readonly path: string;
  readonly children: TreeCell[];
}

/** The cells as the tree that they are. @param cells each before those below it, the one that was asked first */
export const treeView = (cells: readonly CellNode[]): TreeCell => {
  const placed = new Map<string, TreeCell>();
  const [root, ...below] = cells.map(cell => {
    const node = nodeView(cell);
    placed.set(cell.path, node);
    return node;
  });
  for (const node of below) placed.get(node.path.slice(0, node.path.lastIndexOf('!')))?.children.push(node);
  return root ?? { path: '', children: [] };
};

const nodeView = (cell: CellNode): TreeCell => ({
  path: cell.path,
  name: cell.path.slice(cell.path.lastIndexOf('!') + 1),
  health: cell.health,
  enabled: cell.enabled,
  disabled_reason: cell.disabledReason,
  draining: cell.draining,
  drained_percent: cell.drainedPercent,
  age_seconds: cell.ageSeconds === null ? null : rounded(cell.ageSeconds),
  lag_seconds: cell.lagSeconds === null ? null : rounded(cell.lagSeconds),
  started_at: cell.startedAt === null ? null : isoSeconds(cell.startedAt),
  versions: {
    software: cell.software,
    protocol: cell.protocol && [cell.protocol.oldest, cell.protocol.newest],
    globals: cell.globalsVersion,
  },
  hosts_up: cell.hostsUp,
  hosts_down: cell.hostsDown,
  refused_hosts: cell.refusedHosts,
  instances: cell.instances,
  queues: cell.queues,
  weight_offset: cell.weightOffset,
  weight_scale: cell.weightScale,
  quota: { limit: quotaOf(cell.quota), used: quotaOf(cell.used) },
  children: [],
});
