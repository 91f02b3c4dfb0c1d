import { z } from 'zod';
import { MOVE_STATUSES, MOVE_TYPES, TASK_STATES, VM_STATES } from '#domain';

export const Uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, 'not a uuid');
const count = z.number().int().nonnegative();

export const Resources = z.object({ vcpus: count, memoryMb: count, diskGb: count });

export const Flavor = z.object({
  flavorId: z.string(),
  name: z.string(),
  vcpus: count,
  memoryMb: count,
  rootGb: count,
  ephemeralGb: count,
  swapMb: count,
  extraSpecs: z.record(z.string(), z.string()),
});
export type Flavor = z.infer<typeof Flavor>;

/** Where a host fetches the image: a URL that works without an account until it expires, or one with headers of a service account. */
export const ImageSource = z.object({
  id: z.string(),
  name: z.string(),
  diskFormat: z.string(),
  sizeBytes: count,
  /** Lower-case hex. The host's cache is keyed by it, and refuses data that does not match. */
  sha512: z.string(),
  minDiskGb: count,
  minMemoryMb: count,
  properties: z.record(z.string(), z.string()),
  url: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
});
export type ImageSource = z.infer<typeof ImageSource>;

export const GROUP_POLICIES = ['affinity', 'anti-affinity', 'soft-affinity', 'soft-anti-affinity'] as const;

/** What placement needs to know of a server group. */
export const ServerGroup = z.object({
  uuid: Uuid,
  policy: z.enum(GROUP_POLICIES),
  /** How many members one host may have under `anti-affinity`. */
  maxServerPerHost: z.number().int().positive(),
});
export type ServerGroup = z.infer<typeof ServerGroup>;

/** Hosts that an operator put together, by name. Its metadata says which zone they are in, and what is for them. */
export const Aggregate = z.object({
  id: z.number().int(),
  name: z.string(),
  hosts: z.array(z.string()),
  metadata: z.record(z.string(), z.string()),
});
export type Aggregate = z.infer<typeof Aggregate>;

/**
 * One thing that the top owns and every cell needs. Each change gives it a version of its own, higher than any before of any other;
 * a body of null is a thing that is gone.
 */
export const GlobalItem = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('flavor'), id: z.string(), version: count, body: Flavor.nullable() }),
  z.object({ kind: z.literal('aggregate'), id: z.string(), version: count, body: Aggregate.nullable() }),
]);
export type GlobalItem = z.infer<typeof GlobalItem>;

/** All that a cell and a host need to build one instance. It travels with the order and is kept by every cell on the way, for retries. */
export const BuildSpec = z.object({
  instanceUuid: Uuid,
  requestId: z.string(),
  projectId: z.string(),
  userId: z.string(),
  name: z.string(),
  hostname: z.string(),
  flavor: Flavor,
  /** Null when it boots from something else. */
  image: ImageSource.nullable(),
  availabilityZone: z.string().nullable(),
  metadata: z.record(z.string(), z.string()),
  keyName: z.string().nullable(),
  publicKey: z.string().nullable(),
  /** What `publicKey` is: SSH's where it is left out, as it is by a neighbour that does not know the other kind. */
  keyType: z.enum(['ssh', 'x509']).optional(),
  /** Base64, as the user gave it. */
  userData: z.string().nullable(),
  configDrive: z.boolean(),
  /** Files for its config drive; contents are base64. */
  personality: z.array(z.object({ path: z.string(), contents: z.string() })).optional(),
  adminPassword: z.string().nullable(),
  networks: z.enum(['none', 'auto']),
  launchIndex: count,
  schedulerHints: z.record(z.string(), z.unknown()),
  /** The server group it is a member of. It travels with the order: what a group is never changes, and who is in it each cell sees itself. */
  group: ServerGroup.nullable().optional(),
  /** Hosts (`cell path@host`) of the servers that its scheduler hints name, when it was ordered: it is to be on one of these, */
  sameHost: z.array(z.string()).optional(),
  /** and on none of these. */
  differentHost: z.array(z.string()).optional(),
  /** Hosts (`cell path@host`) that an administrator named: it is built on one of these, and may move elsewhere later. */
  onHosts: z.array(z.string()).optional(),
  /** They are forced: of them is asked what an operator cannot choose (`forcedHostFilters` of #scheduling), and nothing more. */
  forced: z.boolean().optional(),
  createdAt: z.number().int(),
});
export type BuildSpec = z.infer<typeof BuildSpec>;

/** What its users call an instance, as far as its guest is told: they may change it while the guest stays as it is. */
export const InstanceLabels = BuildSpec.pick({ name: true, hostname: true, metadata: true });
export type InstanceLabels = z.infer<typeof InstanceLabels>;

/** One line of why a candidate fell, as the trail of a build that found no room. */
export const TrailEntry = z.object({
  cell: z.string(),
  /** 'hosts' or 'cells': what was being chosen from. */
  among: z.enum(['hosts', 'cells']),
  filter: z.string(),
  before: count,
  after: count,
  /** Candidate to reason. At most 20 are kept; `after` and `before` tell the rest. */
  rejected: z.record(z.string(), z.string()),
});
export type TrailEntry = z.infer<typeof TrailEntry>;

export const Fault = z.object({ code: z.number().int(), message: z.string(), details: z.string().nullable(), created: z.number().int() });
export type Fault = z.infer<typeof Fault>;

/** One event of an instance action (Nova's instance_actions_events), times in ms since 1970. */
export const ActionEvent = z.object({
  requestId: z.string(),
  event: z.string(),
  start: z.number().int(),
  finish: z.number().int().nullable(),
  result: z.enum(['Success', 'Error']).nullable(),
  details: z.string().nullable(),
  host: z.string().nullable(),
});
export type ActionEvent = z.infer<typeof ActionEvent>;

export const Version = z.object({ epoch: count, generation: count });

/** How far a hypervisor has come with a guest that it sends while it runs, in bytes. */
export const TransferProgress = z.object({
  memoryTotalBytes: count,
  memoryProcessedBytes: count,
  memoryRemainingBytes: count,
  diskTotalBytes: count,
  diskProcessedBytes: count,
  diskRemainingBytes: count,
});
export type TransferProgress = z.infer<typeof TransferProgress>;

/** One move of an instance (Nova's migration), as its cell keeps it and tells it upwards. Times are ms since 1970. */
export const Move = z.object({
  uuid: Uuid,
  type: z.enum(MOVE_TYPES),
  status: z.enum(MOVE_STATUSES),
  requestId: z.string(),
  userId: z.string(),
  projectId: z.string(),
  sourceHost: z.string().nullable(),
  sourceNode: z.string().nullable(),
  destHost: z.string().nullable(),
  destNode: z.string().nullable(),
  oldFlavor: Flavor,
  newFlavor: Flavor,
  /** What the instance was before, and is again when the move is undone. */
  formerVmState: z.enum(VM_STATES),
  /** Of the guest that the move makes: what an earlier placement left is fenced by it. */
  epoch: z.number().int().nonnegative(),
  /** What it holds besides its claim, on the other of its two hosts; null when nothing. */
  held: Resources.nullable(),
  /** Of a live migration, as its host told last. */
  progress: TransferProgress.optional(),
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
});
export type Move = z.infer<typeof Move>;

/** The run-time state of one instance as its owner tells it. */
export const InstanceReport = z.object({
  instanceUuid: Uuid,
  version: Version,
  /** Full path of the cell that owns it. */
  cellPath: z.string(),
  host: z.string().nullable(),
  node: z.string().nullable(),
  vmState: z.enum(VM_STATES),
  taskState: z.enum(TASK_STATES).nullable(),
  powerState: z.number().int(),
  launchedAt: z.number().int().nullable(),
  updatedAt: z.number().int(),
  fault: Fault.nullable(),
  events: z.array(ActionEvent),
  /** Its last move, whether or not that is over; null when it never moved. */
  move: Move.nullable().optional(),
  /** The request of the last reset of its state that its owner knows of. */
  reset: z.string().optional(),
});
export type InstanceReport = z.infer<typeof InstanceReport>;

/** What a host offers and uses, as its compute service reports it. */
export const HostInventory = z.object({
  total: Resources,
  /** What is not for guests. */
  reserved: Resources,
  /** vcpus are shared this many times, memory and disk once. */
  cpuAllocationRatio: z.number().positive(),
  hypervisorType: z.string(),
  hypervisorVersion: z.number().int(),
  hypervisorHostname: z.string(),
  hostIp: z.string(),
  cpuInfo: z.record(z.string(), z.unknown()),
  traits: z.array(z.string()),
});
export type HostInventory = z.infer<typeof HostInventory>;

export const HostStatus = z.object({
  host: z.string(),
  /** Grows with each report of one run; `epoch` is the start of the run in ms since 1970. */
  version: Version,
  zone: z.string(),
  inventory: HostInventory,
  runningGuests: count,
});
export type HostStatus = z.infer<typeof HostStatus>;

/** One kind of place for guests below a cell: hosts alike in zone, hypervisor and traits, added up. */
export const Pool = z.object({
  zone: z.string(),
  hypervisorType: z.string(),
  traits: z.array(z.string()),
  hosts: z.number().int(),
  total: Resources,
  used: Resources,
  /** Flavor shape (`shapeKey`) to how many more would fit, host by host, all dimensions at once. */
  fits: z.record(z.string(), z.number().int()),
});
export type Pool = z.infer<typeof Pool>;
