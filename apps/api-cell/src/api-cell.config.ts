import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { ownBroker, rootScheduler } from '#cell-service';
import { cellPath } from '#domain';
import { databaseFields, LOG_LEVELS, metricsSettings } from '#service-runtime';
import { floatingIpPoolConfig } from './compute/networking/floating-ip-pools.js';

const listener = z.strictObject({ host: z.string().min(1).default('127.0.0.1'), port: z.number().int().min(0).max(65535) });
const seconds = z.number().positive();

/** Identity and images are embedded, or an operator's own Keystone and Glance. */
const identity = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('embedded'),
    /** Of the user `admin`, when it is made at the first start; later changes are made through the API. */
    adminPassword: z.string().min(1),
    tokenSeconds: seconds.default(12 * 3600),
  }),
  z.strictObject({
    kind: z.literal('keystone'),
    /** http://keystone:5000/v3 */
    url: z.url(),
    /** A service account that may validate tokens. */
    username: z.string(),
    password: z.string(),
    projectName: z.string().default('service'),
    domainName: z.string().default('Default'),
  }),
]);

const images = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('embedded'),
    /** Where the data of images is kept; all workers share it. */
    directory: z.string().min(1),
    /** Of one image. */
    maxBytes: z
      .number()
      .int()
      .positive()
      .default(64 * 1024 ** 3),
  }),
  z.strictObject({ kind: z.literal('glance'), url: z.url() }),
]);

const consoles = z.strictObject({
  host: z.string().min(1).default('127.0.0.1'),
  port: z.number().int().min(1).max(65535),
  /** As users reach it: `https://consoles.example.org`; `http://PUBLIC_HOST:PORT` unless given. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** How long a token may be used to connect; who is connected stays. */
  tokenSeconds: seconds.default(600),
  /** Where hosts bring consoles to; the address is advertised to them as it is listened at, with the public host, unless given. */
  door: z.strictObject({
    host: z.string().min(1).default('127.0.0.1'),
    port: z.number().int().min(1).max(65535),
    advertisedHost: z.string().min(1).optional(),
    advertisedPort: z.number().int().min(1).max(65535).optional(),
  }),
});
export type ConsolesConfig = z.infer<typeof consoles>;

export const apiCellConfig = z.strictObject({
  /** The name of the root: `api`. */
  cell: z.string().transform(text => cellPath(text)),
  log: z.strictObject({ level: z.enum(LOG_LEVELS).default('info') }).prefault({}),
  /** What each worker tells of itself, the first at this port, each further one at the next: docs/operations/monitoring.md. Off unless it is there. */
  metrics: metricsSettings.optional(),
  database: z.strictObject({ ...databaseFields, poolSize: z.number().int().min(2).max(200).default(10) }),
  broker: ownBroker,
  children: z.array(z.strictObject({ name: z.string().min(1).max(63) })).default([]),
  /** One API each; one that is left out does not listen. */
  listeners: z.strictObject({
    identity: listener.optional(),
    image: listener.optional(),
    compute: listener.optional(),
    network: listener.optional(),
  }),
  /** As users reach the listeners; stands in the catalog and in links. */
  publicHost: z.string().min(1).default('127.0.0.1'),
  region: z.string().min(1).default('RegionOne'),
  /** Processes that serve every listener. */
  workers: z.number().int().min(1).max(256).default(availableParallelism()),
  identity,
  images,
  /** The proxy for consoles of servers; without it there are none to connect to. */
  consoles: consoles.optional(),
  /** A YAML file of the policy rules that differ from the defaults; see docs/reference/policy.md. */
  policyFile: z.string().min(1).optional(),
  /** Limits of projects that have none of their own; -1 is no limit. */
  quota: z.record(z.string(), z.number().int().min(-1)).default({}),
  /** A deleted server is off, and can be restored, for so long; 0: it is deleted at once. Nova's reclaim_instance_interval. */
  reclaimInstanceSeconds: z.number().int().min(0).default(0),
  /** What projects may take floating addresses from; compute lists each as a network that everybody sees. */
  floatingIpPools: z.array(floatingIpPoolConfig).default([]),
  /** By what the root chooses among its children: docs/operations/steering.md. */
  scheduler: rootScheduler,
  timings: z
    .strictObject({ childSilent: seconds, hostSilent: seconds, build: seconds, command: seconds, destroy: seconds })
    .partial()
    .default({}),
});
export type ApiCellConfig = z.infer<typeof apiCellConfig>;
