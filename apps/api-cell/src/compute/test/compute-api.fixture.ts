import 'reflect-metadata';
import type { DataSource } from 'typeorm';
import { type AdminDoor, Cell, CellEngine } from '#cell';
import { apiMigrations, cellDataSource, computeApiEntities, HostMirrorRow, openDatabase, SqlCellStore, treeEntities } from '#database';
import { CloudError, cellPath, silentLogger } from '#domain';
import type { IdentityService, TokenIdentity } from '#identity';
import { type Image, imageEntities, imageMigrations } from '#images';
import { Policy } from '#policy';
import { ManualClock, seededRandom, testDatabase } from '#testing';
import type { ComputeApiDeps, ComputeImages } from '../compute-routes.js';
import { ConsoleTokens } from '../consoles/console-tokens.js';
import { seedDefaultFlavors } from '../flavors/default-flavors.js';
import { floatingIpPools } from '../networking/floating-ip-pools.js';
import { startComputeApi } from '../start-compute-api.js';
import { HOST } from './played-host.fixture.js';
import { RowGateway } from './row-gateway.fixture.js';

export const PROJECT = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
export const OTHER_PROJECT = 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
export const IMAGE = '11111111-2222-4333-8444-555555555555';

export const CONSOLE_PROXY = 'https://consoles.example.org';

interface Asked {
  readonly token?: string;
  readonly version?: string;
  readonly body?: unknown;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. Its shape is what the test is about, so it is not typed. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer is examined, not used
  readonly json: any;
}

/** `[404, 'Aggregate 1 could not be found.']` */
export const faultOf = ({ status, json }: Pick<Reply, 'status' | 'json'>): [status: number, message: string | undefined] => [
  status,
  Object.values<{ message: string }>(json ?? {})[0]?.message,
];

const entities = [...computeApiEntities, ...treeEntities, ...imageEntities];
const migrations = [...apiMigrations, ...imageMigrations];

/** The compute API over HTTP, on a database of its own. */
export const computeApiFixture = async (
  rules: Readonly<Record<string, string>> = {},
  imagesOf: (dataSource: DataSource, clock: ManualClock) => Promise<ComputeImages> = async () => images,
  options: Pick<ComputeApiDeps, 'reclaimSeconds'> = {},
) => {
  const database = await testDatabase();
  const dataSource = cellDataSource({ url: database.url, entities, migrations });
  await openDatabase(dataSource);
  const clock = new ManualClock();
  const gateway = new RowGateway(dataSource, clock);
  let flavorChanges = 0;
  const onFlavorsChanged = async () => {
    flavorChanges++;
  };
  await seedDefaultFlavors(dataSource, clock, onFlavorsChanged);
  await dataSource.manager.insert(HostMirrorRow, hostRow(clock.now()));
  const consoleTokens = new ConsoleTokens({ dataSource, clock, random: seededRandom(3), lifetimeSeconds: 600 });
  const app = await startComputeApi({
    dataSource,
    gateway,
    cells: rootDoor(dataSource, clock),
    images: await imagesOf(dataSource, clock),
    identity,
    policy: new Policy(new Map(Object.entries(rules))),
    clock,
    random: seededRandom(1),
    onFlavorsChanged,
    consoles: { tokens: consoleTokens, proxyUrl: CONSOLE_PROXY },
    quotaDefaults: { instances: 100 },
    ...options,
    floatingIpPools: floatingIpPools([{ name: 'public', cidr: '203.0.113.0/29' }]),
    identityUrl: 'http://identity',
    host: '127.0.0.1',
    port: 0,
    logger: silentLogger,
  });
  const origin = `http://127.0.0.1:${app.port}`;

  const ask = async (method: string, path: string, { token = 'member', version, body }: Asked = {}): Promise<Reply> => {
    const headers: Record<string, string> = { 'x-auth-token': token };
    if (version !== undefined) headers['openstack-api-version'] = `compute ${version}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const response = await fetch(origin + path, {
      method,
      headers,
      redirect: 'manual',
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
  };

  return {
    origin,
    dataSource,
    gateway,
    clock,
    consoleTokens,
    /** Of images that were made of servers. */
    madeImages: made,
    sharedWith: members,
    ask,
    /** As an administrator, below the version in the path. */
    admin: (method: string, path: string, body?: unknown, version?: string): Promise<Reply> =>
      ask(method, `/v2.1${path}`, { token: 'admin', ...(body !== undefined && { body }), ...(version !== undefined && { version }) }),
    flavorChanges: () => flavorChanges,
    /** Makes a server, which is active at once unless the gateway is told otherwise. */
    boot: async (server: object = {}, asked: Asked = {}): Promise<string> => {
      const reply = await ask('POST', '/v2.1/servers', {
        ...asked,
        body: { server: { name: 'vm', flavorRef: '1', imageRef: IMAGE, ...server } },
      });
      if (reply.status !== 202) throw new Error(`create: ${reply.status} ${reply.text}`);
      return reply.json.server.id;
    },
    stop: async () => {
      await app.close();
      await dataSource.destroy();
      await database.drop();
    },
  };
};

/** The root's own administration, with nobody below it to ask. */
const rootDoor = (dataSource: DataSource, clock: ManualClock): AdminDoor => {
  const cell = new Cell({ path: cellPath('api'), clock, random: seededRandom(2), log: silentLogger });
  const store = new SqlCellStore(dataSource, clock, { children: true, hosts: false, top: true });
  const silence = (name: string) => Promise.reject(new CloudError('unavailable', `api!${name} did not answer in time`));
  const { admin } = new CellEngine({ cell, store });
  return { path: cell.path, ask: order => admin.ask(order, { askChild: silence, askHost: silence }) };
};

export type ComputeApiFixture = Awaited<ReturnType<typeof computeApiFixture>>;

const caller = (user: string, projectId: string, roles: readonly string[]): TokenIdentity => ({
  user: { id: user, name: user, domain: { id: 'default', name: 'Default' } },
  project: { id: projectId, name: projectId, domain: { id: 'default', name: 'Default' } },
  domain: null,
  roles: roles.map(name => ({ id: name, name })),
  roleNames: new Set(roles),
  methods: ['password'],
  auditIds: ['x'],
  issuedAt: 0,
  expiresAt: Number.MAX_SAFE_INTEGER,
});

/** Tokens that are their owners' names. */
const callers: Readonly<Record<string, TokenIdentity>> = {
  member: caller('alice', PROJECT, ['member', 'reader']),
  reader: caller('rita', PROJECT, ['reader']),
  other: caller('bob', OTHER_PROJECT, ['member', 'reader']),
  auditor: caller('ada', OTHER_PROJECT, ['auditor']),
  admin: caller('root', PROJECT, ['admin', 'manager', 'member', 'reader']),
  otherAdmin: caller('olga', OTHER_PROJECT, ['admin', 'manager', 'member', 'reader']),
};

/** Knows these tokens, and no other. */
export const identity: IdentityService = {
  authenticateToken: async token => {
    const found = callers[token];
    if (!found) throw new CloudError('unauthenticated', 'The request you have made requires authentication.');
    return found;
  },
};

const image: Image = {
  id: IMAGE,
  name: 'tiny',
  status: 'active',
  visibility: 'public',
  owner: OTHER_PROJECT,
  protected: false,
  hidden: false,
  diskFormat: 'qcow2',
  containerFormat: 'bare',
  minDiskGb: 0,
  minMemoryMb: 256,
  sizeBytes: 1000,
  virtualSizeBytes: null,
  checksum: null,
  sha512: 'ab',
  tags: [],
  properties: {},
  createdAt: 0,
  updatedAt: 0,
};

/** Records that were made of servers, by their ids. */
const made = new Map<string, Image>();
/** The projects that they are shared with, by their ids. */
const members = new Map<string, string>();

const images: ComputeImages = {
  create: async (_, fields) => {
    const id = `22222222-3333-4444-8555-${String(made.size).padStart(12, '0')}`;
    made.set(id, { ...image, ...fields, id, status: 'queued', sizeBytes: null, sha512: null });
    return made.get(id)!;
  },
  addMember: async (_, id, projectId) => void members.set(id, projectId),
  delete: async (_, id) => void made.delete(id),
  list: async () => [image, ...made.values()],
  changeProperties: async (_, __, change) => ({ ...image, properties: change(image.properties) }),
  uploadGrant: async (id, { keepBackups }) => ({
    put: { url: `http://images/${id}?put&keep=${keepBackups}`, headers: {} },
    discard: { url: `http://images/${id}?discard`, headers: {} },
  }),
  urlOf: id => `http://images/v2/images/${id}`,
  get: async (ctx, id): Promise<Image> => {
    const found = made.get(id);
    const isVisible = found && (found.owner === ctx.projectId || members.get(id) === ctx.projectId || ctx.roles.has('admin'));
    if (found && isVisible) return found;
    if (id !== IMAGE) throw new CloudError('notFound', `No image found with ID ${id}`);
    return image;
  },
  downloadGrant: async (id: string) => ({ url: `http://images/${id}`, headers: {} }),
};

const hostRow = (now: number): Partial<HostMirrorRow> => ({
  uuid: '99999999-8888-4777-8666-555555555555',
  cellPath: HOST.cellPath,
  host: HOST.host,
  epoch: '1',
  generation: '1',
  zone: HOST.zone,
  enabled: true,
  up: true,
  lastSeenAt: String(now),
  toldAt: String(now),
  mirror: JSON.stringify({
    host: HOST.host,
    cellPath: HOST.cellPath,
    version: { epoch: 1, generation: 1 },
    zone: HOST.zone,
    enabled: true,
    disabledReason: null,
    up: true,
    lastSeenAt: now,
    used: { vcpus: 1, memoryMb: 512, diskGb: 1 },
    runningGuests: 1,
    inventory: {
      total: { vcpus: 8, memoryMb: 16384, diskGb: 100 },
      reserved: { vcpus: 0, memoryMb: 512, diskGb: 0 },
      cpuAllocationRatio: 4,
      hypervisorType: 'fake',
      hypervisorVersion: 1000,
      hypervisorHostname: HOST.node,
      hostIp: '192.0.2.1',
      cpuInfo: { arch: 'x86_64' },
      traits: [],
    },
  }),
});
