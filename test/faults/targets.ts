import type { StackPlan } from '../../tools/stack/plan.js';
import type { Topology } from '../../tools/stack/topology.js';
import type { SmallDisks } from './disks.js';
import { linksOf } from './links/links.js';
import type { Targets } from './schedule.js';

export interface Means {
  readonly disks: SmallDisks | undefined;
  /** Whether a cell can be cut from its own servers here. */
  readonly cutsServers: boolean;
}

/** What of the tree can be hit, by the names of its services. */
export const targetsOf = (topology: Topology, plan: StackPlan, services: readonly string[], { disks, cutsServers }: Means): Targets => ({
  database: namesOf(plan.databaseServers),
  broker: namesOf(plan.brokerServers),
  ownDatabase: cutsServers ? namesOf(plan.databaseServers) : [],
  ownBroker: cutsServers ? namesOf(plan.brokerServers) : [],
  cell: services.filter(name => /\.cell(-\d+)?$/.test(name)),
  worker: ['worker'],
  hosts: services.filter(name => /\.hosts-\d+$/.test(name)),
  link: linksOf(topology).map(link => link.name),
  smallDatabase: disks ? [disks.database] : [],
  smallBroker: disks ? [disks.broker] : [],
});

const namesOf = (servers: readonly { readonly name: string }[]): string[] => servers.map(server => server.name);
