import type { CapacityReport, Pool } from '#contracts';
import type { ResourceShape } from '#domain';
import type { CellCandidate } from './cells/cell-candidate.js';
import type { HostCandidate } from './host-candidate.js';
import { ANYWHERE, type RequestSpec } from './request-spec.js';

/* Plain examples for the specs of this library: roomy, healthy and ordinary, but for what a case is about. */

export const SMALL: ResourceShape = { vcpus: 1, memoryMb: 2048, diskGb: 20 };

export const specOf = (with_: Partial<RequestSpec> = {}): RequestSpec => ({
  instanceUuid: '5f0c3a52-0b58-4c4b-8d29-6a3c7a3d6f11',
  flavorName: 'm1.small',
  shape: SMALL,
  zone: null,
  extraSpecs: {},
  imageProperties: {},
  tried: new Set(),
  projectId: 'p1',
  group: null,
  near: ANYWHERE,
  asked: null,
  ...with_,
});

export const hostOf = (with_: Partial<HostCandidate> = {}): HostCandidate => ({
  host: 'h1',
  zone: 'z1',
  aggregates: [],
  enabled: true,
  disabledReason: null,
  up: true,
  total: { vcpus: 64, memoryMb: 65_536, diskGb: 1_000 },
  free: { vcpus: 64, memoryMb: 65_536, diskGb: 1_000 },
  runningGuests: 0,
  hypervisorType: 'QEMU',
  traits: [],
  architecture: 'x86_64',
  ...with_,
});

export const poolOf = (with_: Partial<Pool> = {}): Pool => ({
  zone: 'z1',
  hypervisorType: 'QEMU',
  traits: [],
  hosts: 2,
  total: { vcpus: 128, memoryMb: 131_072, diskGb: 2_000 },
  used: { vcpus: 0, memoryMb: 0, diskGb: 0 },
  fits: {},
  ...with_,
});

export const reportOf = (pools: Pool[]): CapacityReport => ({
  cell: 'a',
  version: { epoch: 1, generation: 1 },
  globalsVersion: 1,
  protocol: { oldest: 1, newest: 1 },
  pools,
  hostsUp: 2,
  hostsDown: 0,
});

export const cellOf = (name: string, fits: number, with_: Partial<CellCandidate> = {}): CellCandidate => ({
  name,
  enabled: true,
  draining: 0,
  mute: false,
  silentSeconds: 2,
  report: reportOf([poolOf({ fits: { '1v2048m20d': fits } })]),
  reserved: [],
  weightOffset: 0,
  weightScale: 1,
  outdated: false,
  quota: null,
  used: { instances: 0, cores: 0, ramMb: 0 },
  ...with_,
});
