import type { ChildRow, HostRow, ReservationRow } from '#cell';
import type { BuildSpec, CapacityReport, Envelope, HostInventory } from '#contracts';
import { PROTOCOL_VERSION } from '#contracts';

/* Rows and messages as they are when nothing about them matters; a test says what does. */

export const sampleSpec = (instanceUuid: string, change: Partial<BuildSpec> = {}): BuildSpec => ({
  instanceUuid,
  requestId: 'req-build',
  projectId: 'project',
  userId: 'user',
  name: 'server',
  hostname: 'server',
  flavor: { flavorId: '1', name: 'm1.small', vcpus: 1, memoryMb: 1024, rootGb: 10, ephemeralGb: 0, swapMb: 0, extraSpecs: {} },
  image: null,
  availabilityZone: null,
  metadata: {},
  keyName: null,
  publicKey: null,
  userData: null,
  configDrive: false,
  adminPassword: null,
  networks: 'none',
  launchIndex: 0,
  schedulerHints: {},
  createdAt: 0,
  ...change,
});

export const sampleHost = (host: string, change: Partial<HostRow> = {}): HostRow => ({
  host,
  generation: 0,
  zone: 'nova',
  enabled: true,
  disabledReason: null,
  reported: { epoch: 1, generation: 1 },
  lastSeenAt: 1,
  total: { vcpus: 8, memoryMb: 8192, diskGb: 100 },
  reserved: { vcpus: 0, memoryMb: 0, diskGb: 0 },
  cpuAllocationRatio: 1,
  used: { vcpus: 0, memoryMb: 0, diskGb: 0 },
  claims: 0,
  hypervisorType: 'fake',
  node: host,
  traits: [],
  architecture: 'x86_64',
  runningGuests: 0,
  ...change,
});

export const sampleInventory = (host: string): HostInventory => ({
  total: { vcpus: 8, memoryMb: 8192, diskGb: 100 },
  reserved: { vcpus: 0, memoryMb: 0, diskGb: 0 },
  cpuAllocationRatio: 1,
  hypervisorType: 'fake',
  hypervisorVersion: 1,
  hypervisorHostname: host,
  hostIp: '127.0.0.1',
  cpuInfo: { arch: 'x86_64' },
  traits: [],
});

export const sampleChild = (name: string, change: Partial<ChildRow> = {}): ChildRow => ({
  name,
  enabled: true,
  weightOffset: 0,
  report: null,
  lastSeenAt: 0,
  ...change,
});

export const sampleReport = (cell: string, generation: number): CapacityReport => ({
  cell,
  version: { epoch: 0, generation },
  globalsVersion: 1,
  pools: [],
  hostsUp: 0,
  hostsDown: 0,
});

export const sampleReservation = (instanceUuid: string, child: string, change: Partial<ReservationRow> = {}): ReservationRow => ({
  instanceUuid,
  child,
  epoch: 1,
  shape: { vcpus: 1, memoryMb: 1024, diskGb: 10 },
  zone: null,
  countedFrom: null,
  expiresAt: 1000,
  ...change,
});

export const sampleEnvelope = (id: string, change: Partial<Envelope> = {}): Envelope => ({
  id,
  method: 'instance.power',
  protocol: PROTOCOL_VERSION,
  source: 'api',
  target: 'api!west',
  hops: 0,
  deadline: 1,
  requestId: 'req-1',
  payload: {},
  ...change,
});
