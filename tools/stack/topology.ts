import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { CloudError, messageOf } from '#domain';

const Name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/, "must be letters, digits, '-' and '_', 63 at most");
const HostName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/, "must be letters, digits, '.', '-' and '_', 63 at most");
const Port = z.number().int().min(1).max(65535);
const DriverKind = z.enum(['libvirt', 'fake']);
const url = (scheme: string) =>
  z.string().regex(new RegExp(`^${scheme}://[^/]+/.+`), `must be a URL like ${scheme}://user:password@host:port/name`);
const File = z.string().startsWith('/', 'must be an absolute path');
/** PEM files, as docs/operations/existing-servers.md has them. */
const Tls = z.strictObject({ ca: File.optional(), cert: File.optional(), key: File.optional() });
const BrokerUrl = z.string().regex(/^amqps?:\/\/[^/]+(\/.*)?$/, 'must be a URL like amqp://user:password@host:port/vhost');

const inventory = {
  vcpus: z.number().int().positive().default(4),
  memoryMb: z.number().int().positive().default(2048),
  diskGb: z.number().int().positive().default(40),
  zone: Name.default('nova'),
  /** More of the fake driver's own options (delays, failures, …), which the compute service checks. */
  fake: z.record(z.string(), z.unknown()).default({}),
};

const Host = z.strictObject({
  name: HostName,
  driver: DriverKind.optional(),
  virtType: z.enum(['auto', 'kvm', 'qemu']).default('auto'),
  ...inventory,
});

/** Many equal hosts of the fake driver, played by few processes. */
const HostGroup = z.strictObject({
  count: z.number().int().positive().max(100_000),
  driver: z.literal('fake').default('fake'),
  namePrefix: HostName.default('h'),
  processes: z.number().int().positive().max(100).default(1),
  ...inventory,
});

const cellFields = {
  name: Name,
  /** The cell's database, when it has one already: the account in the URL must be allowed to create tables there. */
  database: url('mysql').optional(),
  /** When it is there, even empty, connections to that database are encrypted or not made. */
  databaseTls: Tls.optional(),
  /** The cell's broker, when it has one already. */
  broker: BrokerUrl.optional(),
  /** For amqps://, whoever connects. */
  brokerTls: Tls.optional(),
  /** How accounts for cells that join later are made there: `broker.accounts` of the cell's configuration. */
  brokerAccounts: z.record(z.string(), z.unknown()).optional(),
  /** The same broker as the cells below see it, and as the compute services do; the cell's own URL unless given. */
  brokerForChildren: BrokerUrl.optional(),
  brokerForComputes: BrokerUrl.optional(),
  /** How many equal processes serve this cell. */
  processes: z.number().int().positive().max(32).default(1),
};

const Hosts = z.union([z.array(Host), HostGroup], { error: 'must be a list of hosts, or one group with a count' }).default([]);

const BareCell = z.strictObject(cellFields);
export interface CellNode extends z.infer<typeof BareCell> {
  readonly hosts: z.infer<typeof Hosts>;
  readonly cells: readonly CellNode[];
}

const Cell: z.ZodType<CellNode> = z.strictObject({ ...cellFields, hosts: Hosts, cells: z.lazy(() => z.array(Cell)).default([]) });

const Root = z.strictObject({
  ...cellFields,
  name: Name.default('api'),
  /**
   * The path of this root (`api!west`), when it runs somewhere else: only the cells below it are raised here. Its `broker` is then how
   * they reach it.
   */
  elsewhere: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*(![A-Za-z0-9][A-Za-z0-9_-]*)*$/, "must be a path like 'api!west'")
    .optional(),
  cells: z.array(Cell).min(1, 'must name at least one cell: the api cell itself has no hosts'),
  /** Of every host that does not say. */
  driver: DriverKind.default('libvirt'),
  listen: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      /** What the catalog tells users; the address it listens on unless given. */
      publicHost: z.string().optional(),
      identityPort: Port.default(5000),
      imagePort: Port.default(9292),
      computePort: Port.default(8774),
      networkPort: Port.default(9696),
      /** Where users open consoles, and where hosts bring them; any free port unless given. */
      consolePort: Port.optional(),
      consoleDoorPort: Port.optional(),
    })
    .prefault({}),
  /** What projects may take floating addresses from. The default is of a network for documentation: no packet goes there. */
  floatingIpPools: z.array(z.strictObject({ name: z.string(), cidr: z.string() })).default([{ name: 'public', cidr: '203.0.113.0/24' }]),
  /** How long a deleted server can be restored; 0: it is deleted at once. */
  reclaimInstanceSeconds: z.number().int().min(0).default(0),
  /** Processes that serve the API; as many as the machine has cores, four at most, unless given. */
  workers: z.number().int().positive().max(64).optional(),
  /**
   * Every process tells its metrics on 127.0.0.1: the API's workers from this port on, then each other process, in the order of the cells.
   * None does unless given.
   */
  metricsPort: Port.optional(),
  /** The first port that private databases and brokers may take. */
  portBase: z.number().int().min(1024).max(60_000).default(23_000),
  log: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  servers: z
    .strictObject({
      /** One database server and one broker for the whole tree, with a database and a virtual host for every cell. */
      shared: z.boolean().default(false),
      /** Of each MariaDB: its buffer pool. */
      bufferPoolMb: z.number().int().min(8).default(32),
      /** Of each RabbitMQ: Erlang's scheduler threads, which is how many cores it may use. */
      brokerSchedulers: z.number().int().min(1).max(64).default(1),
    })
    .prefault({}),
});

export type Topology = z.infer<typeof Root>;
export type HostNode = z.infer<typeof Host>;
export type HostGroupNode = z.infer<typeof HostGroup>;
export type DriverKind = z.infer<typeof DriverKind>;

/**
 * @param value what the YAML file holds.
 * @throws CloudError `invalid`, one line per mistake, each naming its path: `cells[0].hosts[1].name must be …`.
 */
export const parseTopology = (value: unknown): Topology => {
  const result = Root.safeParse(value);
  const problems = result.success ? contradictions(result.data) : result.error.issues.map(describeIssue);
  if (problems.length > 0) throw new CloudError('invalid', `the topology is wrong:\n${problems.map(line => `  ${line}`).join('\n')}`);
  if (!result.success) throw new CloudError('invalid', 'the topology is wrong');
  return result.data;
};

/** @throws CloudError `invalid` naming the file. */
export const readTopology = (path: string): Topology => {
  let value: unknown;
  try {
    value = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new CloudError('invalid', `cannot read the topology ${path}: ${messageOf(error)}`);
  }
  return parseTopology(value);
};

/** The root and everything below it, from the root down. */
export const allCells = (topology: Topology): (Topology | CellNode)[] => {
  const withBelow = (cell: CellNode): CellNode[] => [cell, ...cell.cells.flatMap(withBelow)];
  return [topology, ...topology.cells.flatMap(withBelow)];
};

/** Databases and brokers of the cells here that are not the stack's own, without the accounts. */
export const existingServers = (topology: Topology): string[] => {
  const here = allCells(topology).filter(cell => cell !== topology || !topology.elsewhere);
  const urls = here.flatMap(({ database, broker }) => [database, broker].filter(url => url !== undefined));
  return [...new Set(urls.map(withoutAccount))];
};

const withoutAccount = (text: string): string => {
  const { protocol, host, pathname } = new URL(text);
  return `${protocol}//${host}${pathname}`;
};

export const hostCount = (topology: Topology): number =>
  allCells(topology).reduce(
    (sum, cell) => sum + ('hosts' in cell ? (Array.isArray(cell.hosts) ? cell.hosts.length : cell.hosts.count) : 0),
    0,
  );

const describeIssue = (issue: z.core.$ZodIssue): string => {
  const path = issue.path
    .map(part => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  const nested = issue.code === 'invalid_union' ? issue.errors.flat().map(describeIssue) : [];
  return [`${path || 'the file'}: ${issue.message}`, ...nested.map(line => `  ${line}`)].join('\n  ');
};

/** What one field alone cannot tell: names of cells of one parent, and of hosts of one cell, must differ. */
const contradictions = (root: Topology): string[] => {
  const problems: string[] =
    root.elsewhere && !root.broker ? ['broker: must say how the cells here reach the one that runs elsewhere'] : [];
  problems.push(...allCells(root).flatMap(settingsWithoutServer));
  const visit = (cells: readonly CellNode[], path: string): void => {
    for (const name of repeated(cells.map(cell => cell.name))) problems.push(`${path}: two cells are called '${name}'`);
    for (const cell of cells) {
      const here = `${path}!${cell.name}`;
      const hosts = Array.isArray(cell.hosts) ? cell.hosts.map(host => host.name) : [];
      for (const name of repeated(hosts)) problems.push(`${here}: two hosts are called '${name}'`);
      visit(cell.cells, here);
    }
  };
  visit(root.cells, root.name);
  return problems;
};

const settingsWithoutServer = ({ name, database, databaseTls, broker, brokerTls, brokerAccounts }: Topology | CellNode): string[] => [
  ...(databaseTls && !database ? [`${name}: databaseTls is for a database that is given`] : []),
  ...(brokerTls && !broker?.startsWith('amqps:') ? [`${name}: brokerTls is for a broker that is given, by an amqps:// URL`] : []),
  ...(brokerAccounts && !broker ? [`${name}: brokerAccounts is for a broker that is given`] : []),
];

const repeated = (names: readonly string[]): string[] => [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
