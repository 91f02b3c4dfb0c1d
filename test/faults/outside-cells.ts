import { z } from 'zod';
import type { ApiClient } from '../e2e/kill/api-client.js';
import { askJson } from './outside.js';

/** A cell as os-cells tells of it. */
export interface CellView {
  readonly path: string;
  readonly health: string;
  /** Between what it said last and when the root heard it. */
  readonly lagSeconds: number | null;
  /** On the hosts in it and below it, by its own account. */
  readonly instances: number;
  /** In it, below it or on their way there, by its parent's count. */
  readonly counted: number;
  /** What waits there and for how many messages, by name; queues that are empty are left out. */
  readonly waiting: Readonly<Record<string, number>>;
  /** Messages that it could not handle: which, and why. */
  readonly parked: readonly string[];
}

export interface CellsView {
  readonly cells: readonly CellView[];
  /** Room for servers that is promised, and not taken or given up. */
  readonly reserved: number;
  /** How many more servers fit. */
  readonly fits: number;
  /** What cells and their parents do not have alike, or cannot be asked about. */
  readonly differences: readonly string[];
}

interface TreeCell {
  readonly path: string;
  readonly health: string;
  readonly lag_seconds: number | null;
  readonly instances: number;
  readonly queues: Readonly<Record<string, number>>;
  readonly quota: { readonly used: { readonly instances: number } | null };
  readonly children: readonly TreeCell[];
}
const TreeCell: z.ZodType<TreeCell> = z.lazy(() =>
  z.object({
    path: z.string(),
    health: z.string(),
    lag_seconds: z.number().nullable(),
    instances: z.number(),
    queues: z.record(z.string(), z.number()),
    quota: z.object({ used: z.object({ instances: z.number() }).nullable() }),
    children: z.array(TreeCell),
  }),
);
const Tree = z.object({ cell: TreeCell });
const Queues = z.object({ queues: z.array(z.object({ name: z.string(), messages: z.number() })) });
const Parked = z.object({ parked: z.array(z.object({ method: z.string(), reason: z.string() })) });
const Fit = z.object({ fit: z.object({ total: z.number(), cells: z.array(z.object({ reserved: z.number() })) }) });
const Sync = z.object({
  sync: z.object({
    cells: z.array(z.object({ cell: z.string(), differences: z.array(z.object({ instance: z.string(), why: z.string() })) })),
    unreachable: z.array(z.object({ cell: z.string(), reason: z.string() })),
  }),
});

export const cellsViewOf = async (client: ApiClient, flavor: string): Promise<CellsView> => {
  const { cell: root } = Tree.parse(await askJson(client, 'GET', '/os-cells/tree'));
  const { fit } = Fit.parse(await askJson(client, 'GET', `/os-cells/fit?flavor=${flavor}`));
  const { sync } = Sync.parse(await askJson(client, 'POST', '/os-cells/sync_instances', { dry_run: true }));
  return {
    cells: await Promise.all(withAllBelow(root).map(cell => viewOfCell(client, cell))),
    reserved: fit.cells.reduce((sum, { reserved }) => sum + reserved, 0),
    fits: fit.total,
    differences: [
      ...sync.cells.flatMap(({ cell, differences }) => differences.map(({ instance, why }) => `${cell}: ${instance}: ${why}`)),
      ...sync.unreachable.map(({ cell, reason }) => `${cell} cannot be asked: ${reason}`),
    ],
  };
};

const withAllBelow = (cell: TreeCell): TreeCell[] => [cell, ...cell.children.flatMap(withAllBelow)];

const viewOfCell = async (client: ApiClient, { path, health, lag_seconds, instances, quota }: TreeCell): Promise<CellView> => {
  const cell = `cell=${encodeURIComponent(path)}`;
  const { queues } = Queues.parse(await askJson(client, 'GET', `/os-cells/queues?${cell}`));
  const { parked } = Parked.parse(await askJson(client, 'GET', `/os-cells/parked?${cell}`));
  // What the root has of the cell may be a quarter of a minute old; the cell itself knows how many workflows it is in now.
  const { cell: itself } = Tree.parse(await askJson(client, 'GET', `/os-cells/tree?${cell}`));
  const depths = [...queues.map(({ name, messages }) => [name, messages] as const), ['workflows', itself.queues.workflows ?? 0] as const];
  return {
    path,
    health,
    lagSeconds: lag_seconds,
    instances,
    counted: quota.used?.instances ?? 0,
    waiting: Object.fromEntries(depths.filter(([, messages]) => messages > 0)),
    parked: parked.map(({ method, reason }) => `${method}: ${reason}`),
  };
};
