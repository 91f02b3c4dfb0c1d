import type { StackPlan } from '../../tools/stack/plan.js';
import type { Topology } from '../../tools/stack/topology.js';
import type { SmallDisks } from './disks.js';
import { linksOf } from './links/links.js';
import type { Targets } from './schedule.js';

/** What of the tree can be hit, by the names of its services. */
export const targetsOf = (topology: Topology, plan: StackPlan, services: readonly string[], disks: SmallDisks | undefined): Targets => ({
  database: plan.databaseServers.map(server => server.name),
  broker: plan.brokerServers.map(server => server.name),
  cell: services.filter(name => /\.cell(-\d+)?$/.test(name)),
  worker: ['worker'],
  hosts: services.filter(name => /\.hosts-\d+$/.test(name)),
  link: linksOf(topology).map(link => link.name),
  smallDatabase: disks ? [disks.database] : [],
  smallBroker: disks ? [disks.broker] : [],
});
