import { type ConfigInput, hostId, type NodeProcessPlan, nodeProcesses } from './configs.js';
import { cellOfService, type Machines } from './machines.js';
import type { BrokerServerPlan } from './plan.js';
import { epmdService } from './servers/epmd.js';
import { libvirtdService } from './servers/libvirtd.js';
import { mariadbService } from './servers/mariadb.js';
import { nodeService } from './servers/node-service.js';
import { rabbitmqService } from './servers/rabbitmq.js';
import type { Service } from './servers/service.js';

export interface ServicesInput extends ConfigInput {
  readonly sources: string;
  readonly machines: Machines;
}

/** Every process that a planned stack consists of. */
export const servicesOf = (input: ServicesInput): { nodes: NodeProcessPlan[]; services: Service[] } => {
  const { plan, layout, sources, machines } = input;
  const nodes = nodeProcesses(input);
  const epmds = plan.brokerServers.map(server => epmdOf(server, input));
  const services = [
    ...[...new Map(epmds.map(epmd => [epmd.name, epmd])).values()].map(epmd => epmdService(layout, epmd)),
    ...plan.brokerServers.map((server, index) => rabbitmqService(layout, server, { epmd: epmds[index]! })),
    ...plan.databaseServers.map(server => mariadbService(layout, server)),
    ...libvirtHosts(nodes).map(host => libvirtdService(layout, host, sources)),
    ...nodes.map(node => nodeService(layout, node, needsOf(node), sources)),
  ];
  return { nodes, services: services.map(service => onIts(machines, service)) };
};

/** One for all brokers of a machine. */
const epmdOf = (server: BrokerServerPlan, { machines, epmdPort }: ServicesInput) => ({
  name: machines.apart ? `${cellOfService(server.name)}.epmd` : 'epmd',
  host: server.address,
  port: epmdPort,
});

const onIts = (machines: Machines, service: Service): Service => ({
  ...service,
  launch: () => {
    const spec = service.launch();
    return 'startDaemon' in spec ? spec : machines.launched(service, spec);
  },
});

/**
 * A child cell serves its hosts without its parent. Started together they come up one after the other all the same: the parent
 * declares the queues between them, and what a child sends before they are there waits for its next attempt.
 */
const needsOf = ({ kind, cell, libvirtds }: NodeProcessPlan): string[] => [
  ...(cell.brokerServer ? [cell.brokerServer] : []),
  ...(kind === 'cell' && cell.databaseServer ? [cell.databaseServer] : []),
  ...(kind === 'cell' && cell.parent ? [`${cell.parent.id}.cell`] : []),
  ...libvirtds,
];

const libvirtHosts = (nodes: readonly NodeProcessPlan[]) =>
  nodes.flatMap(({ cell, libvirtds }) => {
    const hosts = 'hosts' in cell.node && Array.isArray(cell.node.hosts) ? cell.node.hosts : [];
    return hosts
      .map(host => ({ name: hostId(cell, host), hostName: host.name }))
      .filter(host => libvirtds.includes(`${host.name}.libvirtd`));
  });
