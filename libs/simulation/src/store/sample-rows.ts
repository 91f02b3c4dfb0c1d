import { type ChildRow, type HostRow, newChild, type ReservationRow } from '#cell';
import type { CapacityReport, CellStatus, Decision, HostInventory, Move } from '#contracts';
import { sampleSpec } from '#testing';

/* Rows as they are when nothing about them matters; a test says what does. */

export const sampleHost = (host: string, change: Partial<HostRow> = {}): HostRow => ({
  host,
  generation: 0,
  zone: 'nova',
  enabled: true,
  disabledReason: null,
  forcedDown: false,
  orderedVersion: 0,
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
  ...newChild(name),
  ...change,
});

export const sampleReport = (cell: string, generation: number): CapacityReport => ({
  cell,
  version: { epoch: 0, generation },
  globalsVersion: 1,
  protocol: { oldest: 1, newest: 1 },
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
  traits: '',
  countedFrom: null,
  expiresAt: 1000,
  ...change,
});

/** A resize that changes nothing, from nowhere to nowhere. */
export const sampleMove = (uuid: string, change: Partial<Move> = {}): Move => {
  const { flavor, userId, projectId } = sampleSpec(uuid);
  return {
    uuid,
    type: 'resize',
    status: 'accepted',
    requestId: 'req-move',
    userId,
    projectId,
    sourceHost: null,
    sourceNode: null,
    destHost: null,
    destNode: null,
    oldFlavor: flavor,
    newFlavor: flavor,
    formerVmState: 'active',
    epoch: 1,
    held: null,
    createdAt: 1,
    updatedAt: 1,
    ...change,
  };
};

/** Two hosts, of which one passed. */
export const sampleDecision = (change: Partial<Decision> = {}): Decision => ({
  among: 'hosts',
  candidates: 2,
  passed: 1,
  filters: ['ComputeFilter', 'RamFilter'],
  left: [2, 1],
  misses: [{ name: 'h9', refusals: [{ filter: 'RamFilter', reason: 'too small', numbers: { of: 'memoryMb', has: 512, needs: 1024 } }] }],
  complete: false,
  weighers: [{ name: 'RAMWeigher', multiplier: 1, least: 5, most: 5 }],
  ranked: [['h1', 5]],
  chosen: 'h1',
  ...change,
});

export const sampleStatus = (path: string, generation: number, change: Partial<CellStatus> = {}): CellStatus => ({
  path,
  version: { epoch: 0, generation },
  gone: false,
  software: '1.0.0',
  protocol: { oldest: 1, newest: 1 },
  startedAt: 1,
  reportedAt: generation,
  globalsVersion: 1,
  hostsUp: 0,
  hostsDown: 0,
  refusedHosts: [],
  instances: 0,
  pools: [],
  queues: {},
  outboxSeconds: 0,
  children: [],
  ...change,
});
