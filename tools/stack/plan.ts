import { createHash } from 'node:crypto';
import { type Address, cellOfService, type Machines, THIS_MACHINE } from './machines.js';
import type { CellNode, HostGroupNode, HostNode, Topology } from './topology.js';

/** A MariaDB that the stack runs itself. */
export interface DatabaseServerPlan {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly bufferPoolMb: number;
  readonly databases: readonly Account[];
}

/** A RabbitMQ that the stack runs itself. */
export interface BrokerServerPlan {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly distributionPort: number;
  readonly schedulers: number;
  /** Erlang's shared secret between the node and its command line tools. */
  readonly cookie: string;
  readonly vhosts: readonly VhostPlan[];
}

/** A database, or a virtual host, and who may use it. */
export interface Account {
  /** Of the database or the virtual host. */
  readonly name: string;
  readonly user: string;
  readonly password: string;
}

export interface VhostPlan {
  readonly name: string;
  readonly cell: Account;
  readonly computes: Account;
  /** By the child's name: an account that may touch that child's queue and the exchange upwards, and nothing else. */
  readonly children: ReadonlyMap<string, Account>;
}

export interface ComputePlan {
  /** Of the process: `api.west.a.host-a1`. */
  readonly name: string;
  readonly hosts: readonly HostNode[] | HostGroupNode;
  readonly driver: 'libvirt' | 'fake';
  /** Where other hosts fetch what moves from here; undefined for hosts that are played. */
  readonly transferPort: number | undefined;
}

export interface CellPlan {
  /** `api!west!a` */
  readonly path: string;
  /** The path as it stands in names of files and processes: `api.west.a`. */
  readonly id: string;
  readonly node: Topology | CellNode;
  readonly parent: CellPlan | undefined;
  /** Names of the servers below, when they are the stack's own. */
  readonly databaseServer: string | undefined;
  readonly brokerServer: string | undefined;
  readonly databaseUrl: string;
  readonly brokerUrl: string;
  readonly brokerUrlForComputes: string;
  brokerUrlForChild(name: string): string;
  readonly computes: readonly ComputePlan[];
  /** The cell's own door for operators; the root's is its compute API. */
  readonly admin: { readonly host: string; readonly port: number; readonly token: string } | undefined;
  /** The root's: where users open consoles, and where hosts bring them. */
  readonly consoles: { readonly port: number; readonly doorPort: number } | undefined;
}

export interface StackPlan {
  readonly cells: readonly CellPlan[];
  readonly databaseServers: readonly DatabaseServerPlan[];
  readonly brokerServers: readonly BrokerServerPlan[];
}

export interface PlanInput {
  readonly topology: Topology;
  /** @param key one of portKeys() */
  port(key: string): number;
  /** @param bytes of chance in it; enough for a password when left out */
  secret(name: string, bytes?: number): string;
  /** This machine unless given. */
  readonly machines?: Machines | undefined;
}

interface Place {
  readonly node: Topology | CellNode;
  readonly path: string;
  readonly id: string;
  readonly parent: Place | undefined;
}

/** @param id of a child cell: `api.west` */
export const adminKey = (id: string): string => `${id}.admin`;
const transferKey = (compute: string): string => `${compute}.transfer`;

/** @param id of the root: `api` */
export const consoleKeys = (id: string) => ({ port: `${id}.console`, doorPort: `${id}.console-door` });

/** What needs a port of its own, by a name that stays the same from start to start. */
export const portKeys = (topology: Topology): string[] => {
  const places = placesHere(topology);
  const databases = serverNames(topology, places, 'mariadb');
  const brokers = serverNames(topology, places, 'rabbitmq');
  const epmd = brokers.length > 0 ? ['epmd'] : [];
  const admins = places.filter(place => place.parent).map(place => adminKey(place.id));
  const consoles = places.filter(place => !place.parent).flatMap(place => Object.values(consoleKeys(place.id)));
  const computes = places.flatMap(({ id, node }) => ('hosts' in node ? computesOf(id, node, topology.driver) : []));
  const transfers = computes.filter(({ driver }) => driver === 'libvirt').map(({ name }) => transferKey(name));
  const doors = [...admins, ...consoles, ...transfers];
  return [...databases, ...brokers.flatMap(name => [name, `${name}.distribution`]), ...epmd, ...doors];
};

/** Everything that is decided before anything is started: which servers, which accounts, which URLs. */
export const planStack = (input: PlanInput): StackPlan => {
  const { topology } = input;
  const places = placesHere(topology);
  const vhosts = new Map(places.map(place => [place.id, vhostOf(place, input)]));
  const cells = new Map<string, CellPlan>();
  for (const place of placesOf(topology)) cells.set(place.id, cellPlan(place, input, vhosts, cells));
  return {
    cells: places.flatMap(place => cells.get(place.id) ?? []),
    databaseServers: serverNames(topology, places, 'mariadb').map(name => ({
      name,
      address: addressOf(name, input),
      port: input.port(name),
      bufferPoolMb: topology.servers.bufferPoolMb,
      databases: places.filter(place => serverOf(place, topology, 'mariadb') === name).map(place => databaseOf(place, input)),
    })),
    brokerServers: serverNames(topology, places, 'rabbitmq').map(name => ({
      name,
      address: addressOf(name, input),
      port: input.port(name),
      distributionPort: input.port(`${name}.distribution`),
      schedulers: topology.servers.brokerSchedulers,
      cookie: input.secret(`${name}/cookie`),
      vhosts: places.filter(place => serverOf(place, topology, 'rabbitmq') === name).flatMap(place => vhosts.get(place.id) ?? []),
    })),
  };
};

/** Without a root that runs elsewhere. */
const placesHere = (topology: Topology): Place[] => placesOf(topology).filter(place => place.parent || !topology.elsewhere);

const placesOf = (topology: Topology): Place[] => {
  const rootPath = topology.elsewhere ?? topology.name;
  const visit = (node: Topology | CellNode, parent: Place | undefined): Place[] => {
    const place: Place = {
      node,
      parent,
      path: parent ? `${parent.path}!${node.name}` : rootPath,
      id: parent ? `${parent.id}.${node.name}` : rootPath.replaceAll('!', '.'),
    };
    return [place, ...node.cells.flatMap(child => visit(child, place))];
  };
  return visit(topology, undefined);
};

/** So much chance that a plain hash of the token keeps it. */
const TOKEN_BYTES = 32;

type ServerKind = 'mariadb' | 'rabbitmq';

const serverOf = (place: Place, topology: Topology, kind: ServerKind): string | undefined => {
  if (kind === 'mariadb' ? place.node.database : place.node.broker) return undefined;
  return topology.servers.shared ? `shared.${kind}` : `${place.id}.${kind}`;
};

const serverNames = (topology: Topology, places: readonly Place[], kind: ServerKind): string[] => [
  ...new Set(places.flatMap(place => serverOf(place, topology, kind) ?? [])),
];

const databaseOf = (place: Place, input: PlanInput): Account => {
  const name = databaseName(place.id);
  return { name, user: name, password: input.secret(`${place.id}/database`) };
};

/** Accounts of a broker are known to all of its virtual hosts: on a shared one they carry their cell's name. */
const vhostOf = (place: Place, input: PlanInput): VhostPlan => {
  const prefix = input.topology.servers.shared ? `${place.id}.` : '';
  const account = (role: string): Account => ({
    name: place.id,
    user: `${prefix}${role}`,
    password: input.secret(`${place.id}/broker/${role}`),
  });
  return {
    name: place.id,
    cell: account('cell'),
    computes: account('compute'),
    children: new Map(place.node.cells.map(child => [child.name, account(`cell-${child.name}`)])),
  };
};

const cellPlan = (place: Place, input: PlanInput, vhosts: Map<string, VhostPlan>, done: Map<string, CellPlan>): CellPlan => {
  const { node } = place;
  const databaseServer = serverOf(place, input.topology, 'mariadb');
  const brokerServer = serverOf(place, input.topology, 'rabbitmq');
  const vhost = vhosts.get(place.id) ?? vhostOf(place, input);
  const { overLink } = input.machines ?? THIS_MACHINE;
  const brokerAt: Address = { host: addressOf(brokerServer ?? '', input), port: input.port(brokerServer ?? '') };
  const over = (child: string | undefined, account: Account) => urlOf('amqp', account, overLink({ cell: place.id, child }, brokerAt));
  const brokerUrl = node.broker ?? urlOf('amqp', vhost.cell, brokerAt);
  return {
    path: place.path,
    id: place.id,
    node,
    parent: place.parent && done.get(place.parent.id),
    databaseServer,
    brokerServer,
    databaseUrl:
      node.database ??
      urlOf('mysql', databaseOf(place, input), { host: addressOf(databaseServer ?? '', input), port: input.port(databaseServer ?? '') }),
    brokerUrl,
    brokerUrlForComputes: node.brokerForComputes ?? (brokerServer ? over(undefined, vhost.computes) : brokerUrl),
    brokerUrlForChild: name => {
      const account = vhost.children.get(name);
      return node.brokerForChildren ?? (brokerServer && account ? over(name, account) : brokerUrl);
    },
    computes: 'hosts' in node ? computesOf(place.id, node, input.topology.driver).map(compute => withPort(compute, input)) : [],
    admin: place.parent && {
      host: (input.machines ?? THIS_MACHINE).addressOf(place.id),
      port: input.port(adminKey(place.id)),
      token: input.secret(`${place.id}/admin-token`, TOKEN_BYTES),
    },
    consoles: place.parent ? undefined : consolesOf(place.id, input),
  };
};

const consolesOf = (id: string, { topology, port }: PlanInput) => {
  const { consolePort, consoleDoorPort } = topology.listen;
  const keys = consoleKeys(id);
  return { port: consolePort ?? port(keys.port), doorPort: consoleDoorPort ?? port(keys.doorPort) };
};
type PlannedCompute = Omit<ComputePlan, 'transferPort'>;

const withPort = (compute: PlannedCompute, input: PlanInput): ComputePlan => ({
  ...compute,
  transferPort: compute.driver === 'libvirt' ? input.port(transferKey(compute.name)) : undefined,
});

/** One process for a host; for a group of played hosts, as many as it says, which share them out. */
const computesOf = (id: string, node: CellNode, driver: 'libvirt' | 'fake'): PlannedCompute[] => {
  const { hosts } = node;
  if (Array.isArray(hosts)) return hosts.map(host => ({ name: `${id}.host-${host.name}`, hosts: [host], driver: host.driver ?? driver }));
  const share = Math.ceil(hosts.count / hosts.processes);
  return Array.from({ length: Math.ceil(hosts.count / share) }, (_, index) => ({
    name: `${id}.hosts-${index + 1}`,
    driver: 'fake' as const,
    hosts: {
      ...hosts,
      count: Math.min(share, hosts.count - index * share),
      namePrefix: hosts.processes > 1 ? `${hosts.namePrefix}${index + 1}-` : hosts.namePrefix,
    },
  }));
};

const addressOf = (server: string, { machines = THIS_MACHINE }: PlanInput): string => machines.addressOf(cellOfService(server));

const urlOf = (scheme: string, account: Account, { host, port }: Address): string =>
  `${scheme}://${encodeURIComponent(account.user)}:${encodeURIComponent(account.password)}@${host}:${port}/${encodeURIComponent(account.name)}`;

const LONGEST_NAME = 60; // MariaDB's limit for the name of a database is 64.

/** Letters, digits and '_' only: anything else stands escaped in URLs, which not every reader of URLs undoes. */
const databaseName = (id: string): string => {
  const plain = `canopy_${id.replaceAll(/[^A-Za-z0-9]/g, '_')}`;
  const ambiguous = /[^A-Za-z0-9.]/.test(id) || plain.length > LONGEST_NAME;
  return ambiguous ? `${plain.slice(0, LONGEST_NAME - 13)}_${createHash('sha256').update(id).digest('hex').slice(0, 12)}` : plain;
};
