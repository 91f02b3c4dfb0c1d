import { type BuildSpec, type Envelope, PROTOCOL_VERSION } from '#contracts';

/* Messages as they are when nothing about them matters; a test says what does. */

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
