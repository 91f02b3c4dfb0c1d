import { describe, expect, it } from 'vitest';
import { ApiVersion, type Audience, NEWEST, type View } from '#microversion';
import { sampleMove } from '#simulation';
import { aggregateCreated, aggregateDetail } from '../aggregates/aggregate.view.js';
import { Links } from '../api/index.js';
import { flavorDetail, flavorSummary } from '../flavors/flavor.view.js';
import type { FlavorRecord } from '../flavors/flavors.repository.js';
import type { HostRecord } from '../hosts/hosts.repository.js';
import { hypervisorDetail, hypervisorSummary } from '../hosts/hypervisor.view.js';
import { computeService } from '../hosts/service.view.js';
import { keyPairCreated, keyPairDetail, keyPairSummary } from '../keypairs/keypair.view.js';
import { listedMigration, serverMigration } from '../moves/migration.view.js';
import { absoluteLimits, quotaClassSet, quotaSet } from '../quotas/quota.views.js';
import { QUOTA_DEFAULTS } from '../quotas/quota-resources.js';
import { serverGroupView } from '../server-groups/server-group.view.js';
import { instanceAction, instanceActionEvent } from '../servers/instance-action.view.js';
import { serverDetail, serverShow, serverSummary, serverUpdated } from '../servers/server.view.js';
import type { ServerRecord } from '../servers/server-row.js';
import { viewHistory } from './view-history.fixture.js';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const API_NEWEST = ApiVersion.of(NEWEST);
const links = new Links('http://cloud:8774', 'v2.1', undefined);

const server: ServerRecord = {
  uuid: '11111111-1111-4111-8111-111111111111',
  touched: '',
  projectId: 'p1',
  userId: 'u1',
  displayName: 'web',
  displayDescription: 'a server',
  hostname: 'web',
  cellPath: 'api!east',
  host: 'h1',
  node: 'h1.example.org',
  state: { vmState: 'active', taskState: null },
  powerState: 1,
  flavorId: '2',
  flavorJson: JSON.stringify({
    flavorId: '2',
    name: 'm1.small',
    vcpus: 1,
    memoryMb: 2048,
    rootGb: 20,
    ephemeralGb: 0,
    swapMb: 0,
    extraSpecs: { 'hw:cpu_policy': 'shared' },
  }),
  imageRef: '22222222-2222-4222-8222-222222222222',
  keyName: 'key',
  availabilityZone: null,
  metadataJson: '{"a":"b"}',
  tagsJson: '["red"]',
  userData: 'IyE=',
  configDrive: true,
  accessIpV4: '192.0.2.1',
  accessIpV6: null,
  diskConfig: 'MANUAL',
  reservationId: 'r-12345678',
  launchIndex: 0,
  rootDeviceName: '/dev/vda',
  createdAt: NOW,
  updatedAt: NOW + 60_000,
  launchedAt: NOW + 30_000,
  deletedAt: null,
  faultJson: null,
  locked: false,
  lockedReason: null,
  groupUuid: '44444444-4444-4444-8444-444444444444',
  securityGroupsJson: null,
  hostState: { zone: 'nova', enabled: true, up: true },
};

const flavor: FlavorRecord = {
  id: 7,
  flavorId: '2',
  name: 'm1.small',
  vcpus: 1,
  memoryMb: 2048,
  rootGb: 20,
  ephemeralGb: 0,
  swapMb: 0,
  extraSpecs: { a: 'b' },
  rxtxFactor: 1,
  isPublic: true,
  disabled: false,
  description: null,
  createdAt: NOW,
  updatedAt: null,
};

const host: HostRecord = {
  id: 3,
  uuid: '33333333-3333-4333-8333-333333333333',
  cellPath: 'api!east',
  host: 'h1',
  zone: 'nova',
  enabled: true,
  disabledReason: null,
  forcedDown: false,
  up: true,
  heard: true,
  unheard: false,
  lastSeenAt: NOW,
  mirror: {
    used: { vcpus: 2, memoryMb: 4096, diskGb: 40 },
    runningGuests: 2,
    inventory: {
      total: { vcpus: 8, memoryMb: 16384, diskGb: 100 },
      reserved: { vcpus: 0, memoryMb: 512, diskGb: 0 },
      cpuAllocationRatio: 4,
      hypervisorType: 'QEMU',
      hypervisorVersion: 7002000,
      hypervisorHostname: 'h1.example.org',
      hostIp: '192.0.2.9',
      cpuInfo: { arch: 'x86_64' },
      traits: [],
    },
  },
};
const hypervisor = { ...host, servers: [{ uuid: server.uuid, name: 'web' }] };

const keyPair = {
  id: 1,
  userId: 'u1',
  name: 'key',
  type: 'ssh',
  fingerprint: 'ab:cd',
  publicKey: 'ssh-rsa AAAA',
  createdAt: NOW,
  privateKey: 'PEM',
} as const;
const aggregate = {
  id: 4,
  uuid: '55555555-5555-4555-8555-555555555555',
  name: 'ssd',
  hosts: ['h1', 'h2'],
  metadata: { availability_zone: 'blue', disk: 'ssd' },
  createdAt: NOW,
  updatedAt: null,
};
const serverGroup = {
  uuid: server.groupUuid!,
  projectId: 'p1',
  userId: 'u1',
  name: 'apart',
  policy: 'anti-affinity',
  maxServerPerHost: 3,
  members: [server.uuid],
} as const;
const quotas = { id: 'p1', of: (name: keyof typeof QUOTA_DEFAULTS) => QUOTA_DEFAULTS[name] };

const migration = {
  id: 4,
  serverUuid: server.uuid,
  move: sampleMove('66666666-6666-4666-8666-666666666666', {
    type: 'live-migration',
    status: 'running',
    sourceHost: 'h1',
    sourceNode: 'h1.example.org',
    createdAt: NOW,
    updatedAt: NOW + 1,
  }),
  oldFlavor: 7,
  newFlavor: 7,
} as const;

/** Who sees all of a server. */
const ADMIN: readonly Audience[] = ['admin', 'host-status'];

const sample = <S, C>(name: string, view: View<S, C>, source: S, context: C, ...audiences: Audience[]) =>
  [name, viewHistory(view, audiences, source, context)] as const;

describe('every version of', () => {
  it.each([
    sample('server-summary', serverSummary, server, { links, admin: false }),
    sample('server-detail', serverDetail, server, { links, admin: false }),
    sample('server-detail-admin', serverDetail, server, { links, admin: true }, ...ADMIN),
    sample('server-show', serverShow, server, { links, admin: false }),
    sample('server-updated', serverUpdated, server, { links, admin: false }),
    sample('flavor-summary', flavorSummary, flavor, links),
    sample('flavor-detail', flavorDetail, flavor, links),
    sample('keypair-summary', keyPairSummary, keyPair, undefined),
    sample('keypair-created', keyPairCreated, keyPair, undefined),
    sample('keypair-detail', keyPairDetail, keyPair, undefined),
    sample('quota-set', quotaSet, quotas, undefined),
    sample('quota-class-set', quotaClassSet, quotas, undefined),
    sample(
      'limits',
      absoluteLimits,
      { limits: QUOTA_DEFAULTS, use: { instances: 1, cores: 2, ram: 3, server_groups: 0, security_groups: 2, floating_ips: 3 } },
      undefined,
    ),
    sample('hypervisor-summary', hypervisorSummary, hypervisor, undefined, 'admin'),
    sample('hypervisor-detail', hypervisorDetail, hypervisor, undefined, 'admin'),
    sample('aggregate-created', aggregateCreated, aggregate, undefined, 'admin'),
    sample('aggregate-detail', aggregateDetail, aggregate, undefined, 'admin'),
    sample('server-group', serverGroupView, serverGroup, undefined),
    sample('service', computeService, host, undefined, 'admin'),
    sample(
      'instance-action',
      instanceAction,
      {
        instanceUuid: server.uuid,
        requestId: 'req-1',
        action: 'create',
        userId: 'u1',
        projectId: 'p1',
        startTime: NOW,
        updatedAt: NOW + 1,
        message: null,
      },
      undefined,
    ),
    sample(
      'instance-action-event-admin',
      instanceActionEvent,
      {
        event: 'compute__do_build_and_run_instance',
        startTime: NOW,
        finishTime: null,
        result: null,
        details: null,
        host: 'h1',
        projectId: 'p1',
      },
      undefined,
      'admin',
    ),
    sample('migration', listedMigration, migration, links, 'admin'),
    sample('server-migration', serverMigration, migration, undefined, 'admin'),
  ])('%s is as the golden sample has it', async (name, history) => {
    await expect(history).toMatchFileSnapshot(`./golden/${name}.golden.json`);
  });
});

describe('a server', () => {
  const show = (change: Partial<ServerRecord>, admin = false) =>
    JSON.parse(serverDetail.at(API_NEWEST, ...(admin ? ADMIN : [])).json({ ...server, ...change }, { links, admin }));

  it('is in the zone of its host, and before that in the one asked for', () => {
    expect(show({})['OS-EXT-AZ:availability_zone']).toBe('nova');
    expect(show({ hostState: undefined, availabilityZone: 'west' })['OS-EXT-AZ:availability_zone']).toBe('west');
    expect(show({ hostState: undefined })['OS-EXT-AZ:availability_zone']).toBe('');
  });

  it('that failed tells why, and has no progress', () => {
    const faultJson = JSON.stringify({ code: 500, message: 'No valid host was found.', details: 'trail', created: NOW });
    const failed = { state: { vmState: 'error', taskState: null }, faultJson } as const;
    expect(show(failed)).toMatchObject({
      status: 'ERROR',
      fault: { code: 500, message: 'No valid host was found.', created: '2026-01-02T03:04:05Z' },
    });
    expect(show(failed).fault).not.toHaveProperty('details');
    expect(show(failed)).not.toHaveProperty('progress');
    expect(show(failed, true).fault.details).toBe('trail');
  });

  it('that is deleted is shown so, whatever state it was in', () => {
    expect(show({ deletedAt: NOW })).toMatchObject({ status: 'DELETED', 'OS-SRV-USG:terminated_at': '2026-01-02T03:04:05.678000' });
  });

  it('without an image or a host has neither', () => {
    expect(show({ imageRef: '', host: null })).toMatchObject({ image: '', hostId: '' });
  });

  it.each([
    [{ zone: 'nova', enabled: true, up: true }, 'UP'],
    [{ zone: 'nova', enabled: true, up: false }, 'UNKNOWN'],
    [{ zone: 'nova', enabled: false, up: true }, 'MAINTENANCE'],
    [undefined, 'UNKNOWN'],
  ])('on a host that is %j has host_status %s', (hostState, status) => {
    expect(show({ hostState }, true).host_status).toBe(status);
  });
});
