import { z } from 'zod';
import { type CellName, type CellPath, cellPath, childPath } from '#domain';

/** A cell of a layout: its hosts (a name, or `name:zone`), and the cells below it. */
export interface Layout {
  readonly hosts?: readonly string[] | undefined;
  readonly cells?: Readonly<Record<string, Layout>> | undefined;
}

const Name = z.string().regex(/^[a-z0-9][a-z0-9-]*(:[a-z0-9-]+)?$/, 'a name is of lower-case letters, digits and dashes');
/** As it stands in a file. */
export const Layout: z.ZodType<Layout> = z.lazy(() =>
  z.strictObject({ hosts: z.array(Name).optional(), cells: z.record(Name, Layout).optional() }),
);

export interface CellPlan {
  readonly path: CellPath;
  readonly hosts: readonly string[];
  readonly children: readonly string[];
}

export interface HostPlan {
  readonly cell: CellPath;
  readonly name: string;
  readonly zone: string;
  /** `cell@host`: the name of its link and of its clock. */
  readonly machine: string;
}

/** All cells of a tree, the root first. */
export const cellsOf = (root: string, layout: Layout): CellPlan[] => plansFrom(cellPath(root), layout);

export const hostsOf = ({ path, hosts }: CellPlan): HostPlan[] =>
  hosts.map(host => {
    const [name, zone = 'nova'] = host.split(':') as [string, string?];
    return { cell: path, name, zone, machine: `${path}@${name}` };
  });

const plansFrom = (path: CellPath, { hosts = [], cells = {} }: Layout): CellPlan[] => [
  { path, hosts, children: Object.keys(cells) },
  ...Object.entries(cells).flatMap(([name, below]) => plansFrom(childPath(path, name as CellName), below)),
];

/** Four levels, leaves at three depths, two zones, and one cell that has both hosts and a cell below it. */
export const COUNTRY: Layout = {
  cells: {
    west: { cells: { a: { hosts: ['wa1', 'wa2'] }, b: { hosts: ['wb1:lake'] } } },
    east: { hosts: ['e1'], cells: { c: { cells: { d: { hosts: ['ed1', 'ed2:lake'] } } } } },
  },
};
