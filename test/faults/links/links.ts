import type { Link, Machines } from '../../../tools/stack/machines.js';
import type { CellNode, Topology } from '../../../tools/stack/topology.js';

/** A way that can be cut: from a child cell to its parent's broker, or from a cell's hosts to their cell's. */
export interface CuttableLink extends Link {
  /** `api.west -> api`, `api.east.hosts -> api.east` */
  readonly name: string;
  /** Whose way it is: a cell, or the hosts of one. */
  readonly from: string;
}

/** A database or broker of a cell's own, where its processes reach it. */
export interface OwnServer {
  readonly cell: string;
  readonly port: number;
}

/** The network between the cells of a tree. */
export interface Links {
  readonly machines: Machines;
  /** From now on nothing passes, and neither side is told. */
  cut(link: CuttableLink): Promise<void>;
  heal(link: CuttableLink): Promise<void>;
  /** The same between a cell's own processes and one of its servers; others reach it as before. Undefined where it cannot be done. @returns what heals it */
  readonly cutServer: ((server: OwnServer) => Promise<() => Promise<void>>) | undefined;
  close(): Promise<void>;
}

export const linksOf = (topology: Topology): CuttableLink[] => {
  const below = (node: Topology | CellNode, id: string): CuttableLink[] => [
    ...('hosts' in node && hasHosts(node) ? [linkFrom(`${id}.hosts`, id, undefined)] : []),
    ...node.cells.flatMap(child => [linkFrom(`${id}.${child.name}`, id, child.name), ...below(child, `${id}.${child.name}`)]),
  ];
  return below(topology, topology.name);
};

/** Every place that has a network of its own: the cells, and the hosts of each leaf. */
export const placesOf = (topology: Topology): string[] => {
  const links = linksOf(topology);
  return [topology.name, ...links.map(link => link.from)];
};

const hasHosts = ({ hosts }: CellNode): boolean => !Array.isArray(hosts) || hosts.length > 0;

const linkFrom = (from: string, cell: string, child: string | undefined): CuttableLink => ({
  name: `${from} -> ${cell}`,
  from,
  cell,
  child,
});
