import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Layout } from './layout.js';
import type { CellPlan, ComputePlan, StackPlan } from './plan.js';
import { libvirtUri } from './servers/libvirtd.js';
import { rabbitmqctlCommand } from './servers/rabbitmq.js';
import type { HostGroupNode, HostNode, Topology } from './topology.js';

/**
 * One worker for each core, four at most: a tree of the launcher's shares the machine with its own databases, brokers and hosts, and each
 * worker may hold ten of the 200 connections of a MariaDB that may serve every cell. The topology's `workers` says otherwise.
 */
const MOST_WORKERS = 4;

/** One Canopy process: what it runs and the configuration file that it is given. */
export interface NodeProcessPlan {
  readonly name: string;
  readonly kind: 'cell' | 'compute';
  readonly app: 'api-cell' | 'child-cell' | 'compute';
  readonly config: Readonly<Record<string, unknown>>;
  readonly cell: CellPlan;
  /** Names of libvirtds that must run first. */
  readonly libvirtds: readonly string[];
}

export interface ConfigInput {
  readonly topology: Topology;
  readonly plan: StackPlan;
  readonly layout: Layout;
  readonly adminPassword: string;
  readonly epmdPort: number;
}

/** The configuration of every process of the tree, from the root down. */
export const nodeProcesses = (input: ConfigInput): NodeProcessPlan[] =>
  withMetrics(
    input.topology,
    input.plan.cells.flatMap(cell => [
      ...cellProcesses(cell, input),
      ...cell.computes.map(compute => computeProcess(cell, compute, input)),
    ]),
  );

/** Each worker of the API takes a port of its own. */
const withMetrics = ({ metricsPort, workers }: Topology, processes: NodeProcessPlan[]): NodeProcessPlan[] => {
  if (metricsPort === undefined) return processes;
  let port = metricsPort;
  return processes.map(one => {
    const metrics = { host: '127.0.0.1', port };
    port += one.app === 'api-cell' ? workersOf(workers) : 1;
    return { ...one, config: { ...one.config, metrics } };
  });
};

const workersOf = (wanted: number | undefined): number => wanted ?? Math.min(availableParallelism(), MOST_WORKERS);

const cellProcesses = (cell: CellPlan, input: ConfigInput): NodeProcessPlan[] => {
  // The api cell's equal processes are workers of one, which share its ports.
  const count = cell.parent ? cell.node.processes : 1;
  return Array.from({ length: count }, (_, index) => ({
    name: `${cell.id}.cell${index === 0 ? '' : `-${index + 1}`}`,
    kind: 'cell' as const,
    app: cell.parent ? ('child-cell' as const) : ('api-cell' as const),
    config: cell.parent ? childCellConfig(cell, cell.parent, input) : apiCellConfig(cell, input),
    cell,
    libvirtds: [],
  }));
};

const commonConfig = (cell: CellPlan, { topology }: ConfigInput) => ({ cell: cell.path, log: { level: topology.log } });

/** On a broker of the stack's own the cell can make accounts itself, for cells that join later. */
const ownBroker = (cell: CellPlan, { plan, layout, epmdPort }: ConfigInput) => {
  const server = plan.brokerServers.find(one => one.name === cell.brokerServer);
  const { brokerAccounts } = cell.node;
  if (!server) return { ...brokerAt(cell, cell.brokerUrl), ...(brokerAccounts && { accounts: brokerAccounts }) };
  const rabbitmqctl = rabbitmqctlCommand(layout.server(server.name), server, epmdPort);
  return {
    url: cell.brokerUrl,
    accounts: { kind: 'command', ensure: [...rabbitmqctl, 'import_definitions'], remove: [...rabbitmqctl, 'delete_user'] },
  };
};

/** Who has a way of his own to it may go without TLS. */
const brokerAt = ({ node: { brokerTls } }: CellPlan, url: string) => ({
  url,
  ...(brokerTls && url.startsWith('amqps:') && { tls: brokerTls }),
});

const databaseOf = ({ databaseUrl, node: { databaseTls } }: CellPlan) => ({ url: databaseUrl, ...(databaseTls && { tls: databaseTls }) });

const childrenOf = (cell: CellPlan) => cell.node.cells.map(child => ({ name: child.name }));

const apiCellConfig = (cell: CellPlan, input: ConfigInput) => {
  const { listen, workers, floatingIpPools, reclaimInstanceSeconds } = input.topology;
  const listener = (port: number) => ({ host: listen.host, port });
  return {
    ...commonConfig(cell, input),
    broker: ownBroker(cell, input),
    database: databaseOf(cell),
    children: childrenOf(cell),
    listeners: {
      identity: listener(listen.identityPort),
      image: listener(listen.imagePort),
      compute: listener(listen.computePort),
      network: listener(listen.networkPort),
    },
    publicHost: publicHost(input.topology),
    workers: workersOf(workers),
    identity: { kind: 'embedded', adminPassword: input.adminPassword },
    images: { kind: 'embedded', directory: input.layout.images },
    floatingIpPools,
    reclaimInstanceSeconds,
    consoles: cell.consoles && { ...listener(cell.consoles.port), door: listener(cell.consoles.doorPort) },
  };
};

const childCellConfig = (cell: CellPlan, parent: CellPlan, input: ConfigInput) => ({
  ...commonConfig(cell, input),
  broker: ownBroker(cell, input),
  database: databaseOf(cell),
  parent: { broker: brokerAt(parent, parent.brokerUrlForChild(cell.node.name)) },
  children: childrenOf(cell),
  // A tree to play with has cells of one host; there a resize has nowhere else to go.
  moves: { allowResizeToSameHost: true },
  ...(cell.admin && { admin: { host: cell.admin.host, port: cell.admin.port, tokenHash: sha256(cell.admin.token) } }),
});

/** Of a token that is all chance: nobody can find it from its hash. */
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const computeProcess = (cell: CellPlan, compute: ComputePlan, input: ConfigInput): NodeProcessPlan => {
  const { hosts } = compute;
  const libvirtHosts = isHostList(hosts) && compute.driver === 'libvirt' ? hosts : [];
  return {
    name: compute.name,
    kind: 'compute',
    app: 'compute',
    cell,
    libvirtds: libvirtHosts.map(host => `${hostId(cell, host)}.libvirtd`),
    config: {
      ...commonConfig(cell, input),
      broker: brokerAt(cell, cell.brokerUrlForComputes),
      hosts: isHostList(hosts)
        ? hosts.map(host => hostConfig(cell, host, compute, input.layout))
        : [groupConfig(compute.name, hosts, input.layout)],
      imageCache: { directory: join(input.layout.host(compute.name), 'images') },
      ...(compute.transferPort !== undefined && {
        transfer: { host: '127.0.0.1', port: compute.transferPort, url: `http://127.0.0.1:${compute.transferPort}` },
      }),
    },
  };
};

export const hostId = (cell: CellPlan, host: HostNode): string => `${cell.id}.${host.name}`;

const hostConfig = (cell: CellPlan, host: HostNode, { driver }: ComputePlan, layout: Layout) => {
  const id = hostId(cell, host);
  return {
    name: host.name,
    zone: host.zone,
    driver:
      driver === 'fake'
        ? fakeDriver(host, join(layout.host(id), 'guests'))
        : {
            kind: 'libvirt',
            uri: libvirtUri(layout, id),
            liveMigration: { uri: libvirtUri(layout, id) },
            instancesDirectory: join(layout.host(id), 'instances'),
            virtType: host.virtType,
            total: totalOf(host),
            reserved: NOTHING_RESERVED,
          },
  };
};

const groupConfig = (name: string, group: HostGroupNode, layout: Layout) => ({
  namePrefix: group.namePrefix,
  count: group.count,
  zone: group.zone,
  driver: fakeDriver(group, join(layout.host(name), 'guests')),
});

/** Its guests are remembered in a directory, so that they outlive the process as real ones do. */
const fakeDriver = (host: HostNode | HostGroupNode, stateDirectory: string) => ({
  kind: 'fake',
  total: totalOf(host),
  reserved: { vcpus: 0, ...NOTHING_RESERVED },
  stateDirectory,
  ...host.fake,
});

const totalOf = ({ vcpus, memoryMb, diskGb }: HostNode | HostGroupNode) => ({ vcpus, memoryMb, diskGb });
/** The topology says what guests may have: nothing of it is kept for the host itself. */
const NOTHING_RESERVED = { memoryMb: 0, diskGb: 0 };

const isHostList = (hosts: ComputePlan['hosts']): hosts is readonly HostNode[] => Array.isArray(hosts);

export const publicHost = ({ listen }: Topology): string => listen.publicHost ?? (listen.host === '0.0.0.0' ? '127.0.0.1' : listen.host);
