import { type CellName, type CellPath, cellPath, childPath } from '#domain';

/** A cell of a layout: the names of its hosts, and the cells below it. */
export interface Layout {
  readonly hosts?: readonly string[];
  readonly cells?: Readonly<Record<string, Layout>>;
}

export interface CellPlan {
  readonly path: CellPath;
  readonly hosts: readonly string[];
  readonly children: readonly string[];
}

/** All cells of a tree, the root first. */
export const cellsOf = (root: string, layout: Layout): CellPlan[] => plansFrom(cellPath(root), layout);

const plansFrom = (path: CellPath, { hosts = [], cells = {} }: Layout): CellPlan[] => [
  { path, hosts, children: Object.keys(cells) },
  ...Object.entries(cells).flatMap(([name, below]) => plansFrom(childPath(path, name as CellName), below)),
];

/** Four levels, leaves at three depths, and one cell that has both hosts and a cell below it. */
export const COUNTRY: Layout = {
  cells: {
    west: { cells: { a: { hosts: ['wa1', 'wa2'] }, b: { hosts: ['wb1'] } } },
    east: { hosts: ['e1'], cells: { c: { cells: { d: { hosts: ['ed1', 'ed2'] } } } } },
  },
};
