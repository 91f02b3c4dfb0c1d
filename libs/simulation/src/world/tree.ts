import { z } from 'zod';
import { type CellName, type CellPath, cellPath, childPath, type ResourceShape } from '#domain';

/** A cell of a layout: its hosts, and the cells below it. */
export interface Layout {
  readonly hosts?: readonly HostLayout[] | undefined;
  readonly cells?: Readonly<Record<string, Layout>> | undefined;
}

const Name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a name is of lower-case letters, digits and dashes');
const NameAndZone = z.string().regex(/^[a-z0-9][a-z0-9-]*(:[a-z0-9-]+)?$/, 'a host is a name, or name:zone, of lower-case letters');
const size = z.int().positive().optional();
const Differing = z.strictObject({
  name: Name,
  zone: Name.optional(),
  vcpus: size,
  memoryMb: size,
  diskGb: size,
  traits: z.array(z.string().regex(/^CUSTOM_[A-Z0-9_]+$/, 'a trait is CUSTOM_ and capital letters, digits and _')).optional(),
});
const HostLayout = z.union([NameAndZone, Differing], {
  error: 'a host is a name, name:zone, or { name, zone, vcpus, memoryMb, diskGb, traits }',
});
/** A name, `name:zone`, or a host that differs from the others. */
export type HostLayout = Readonly<z.infer<typeof HostLayout>>;

/** As it stands in a file. */
export const Layout: z.ZodType<Layout> = z.lazy(() =>
  z.strictObject({ hosts: z.array(HostLayout).optional(), cells: z.record(Name, Layout).optional() }),
);

export interface CellPlan {
  readonly path: CellPath;
  readonly hosts: readonly HostLayout[];
  readonly children: readonly string[];
}

export interface HostPlan {
  readonly cell: CellPath;
  readonly name: string;
  readonly zone: string;
  readonly size: ResourceShape;
  readonly traits: readonly string[];
  /** `cell@host`: the name of its link and of its clock. */
  readonly machine: string;
}

/** Where a layout does not say. */
export const HOST_SIZE: ResourceShape = { vcpus: 8, memoryMb: 8192, diskGb: 200 };

/** All cells of a tree, the root first. */
export const cellsOf = (root: string, layout: Layout): CellPlan[] => plansFrom(cellPath(root), layout);

export const hostsOf = ({ path, hosts }: CellPlan): HostPlan[] =>
  hosts.map(host => {
    const { name, zone = 'nova', traits = [], ...size } = spelledOut(host);
    return { cell: path, name, zone, size: { ...HOST_SIZE, ...size }, traits, machine: `${path}@${name}` };
  });

export const spelledOut = (host: HostLayout): Exclude<HostLayout, string> => {
  if (typeof host !== 'string') return host;
  const [name = host, zone] = host.split(':');
  return { name, ...(zone !== undefined && { zone }) };
};

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
