import { z } from 'zod';
import { CloudError, cellPath, hostName, messageOf } from '#domain';
import { FakeConfig } from '#hypervisor';
import { LibvirtConfig } from '#hypervisor-libvirt';
import { brokerEndpoint, LOG_LEVELS, metricsSettings } from '#service-runtime';

/** A schema for text that one of the domain's own parsers accepts, with that parser's words when it does not. */
const parsed = <T>(parse: (text: string) => T) =>
  z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: messageOf(error) });
      return z.NEVER;
    }
  });

const Driver = z.discriminatedUnion('kind', [LibvirtConfig, FakeConfig]);
export type DriverConfig = z.infer<typeof Driver>;

/** One host, or many alike: then they are `namePrefix` and a number from `firstNumber` on. */
const HostEntry = z
  .strictObject({
    name: parsed(hostName).optional(),
    namePrefix: z.string().optional(),
    count: z.number().int().min(1).max(10_000).optional(),
    firstNumber: z.number().int().nonnegative().default(1),
    /** The availability zone until an aggregate says otherwise. */
    zone: z.string().min(1).default('nova'),
    driver: Driver,
  })
  .superRefine((host, context) => {
    const given = [host.name, host.namePrefix, host.count].map(value => value !== undefined).join();
    const many = given === 'false,true,true';
    if (!many && given !== 'true,false,false')
      context.addIssue({ code: 'custom', path: ['name'], message: "give either 'name', or 'namePrefix' and 'count'" });
    if (many && host.driver.kind !== 'fake')
      context.addIssue({ code: 'custom', path: ['count'], message: 'only fake hosts can be many of one entry' });
  });

const ImageCacheConfig = z.strictObject({
  /** Where downloaded images are kept. Best on the file system of the instances, which then share an image's blocks. */
  directory: z.string().startsWith('/', 'must be an absolute path').default('/var/lib/canopy/images'),
  /** Images that no guest uses are thrown away when all together are larger. */
  maxGb: z.number().positive().default(100),
  /** Images that no guest uses and nobody asked for in this time are thrown away. */
  unusedDays: z.number().positive().default(7),
});
export type ImageCacheConfig = z.infer<typeof ImageCacheConfig>;

/** The configuration of one compute service: the hosts that it plays, and the cell that they belong to. */
export const ComputeConfig = z.strictObject({
  /** The path of the cell, from the root: `api!west!a`. */
  cell: parsed(cellPath),
  log: z.strictObject({ level: z.enum(LOG_LEVELS).default('info') }).prefault({}),
  /** What the process tells of itself: docs/operations/monitoring.md. Off unless it is there. */
  metrics: metricsSettings.optional(),
  /** The cell's broker. */
  broker: brokerEndpoint,
  hosts: z.array(HostEntry).min(1),
  /** Between two reports of each host's state. */
  heartbeatSeconds: z.number().positive().default(5),
  /** Commands that one host carries out at once. Unless given: 10, and 1000 on a fake host. */
  concurrency: z.number().int().positive().optional(),
  /** How long a stopped guest may take to shut down before it is turned off. Nova's shutdown_timeout. */
  shutdownSeconds: z.number().nonnegative().default(60),
  imageCache: ImageCacheConfig.prefault({}),
  /** The door through which other hosts of the cell fetch the disks of guests that move to them. Without it, guests stay where they are. */
  transfer: z
    .strictObject({
      host: z.string().min(1).default('0.0.0.0'),
      port: z.number().int().min(1).max(65535),
      /** How other hosts reach it. */
      url: z.string().regex(/^http:\/\//, 'must begin with http://'),
    })
    .optional(),
});
export type ComputeConfig = z.infer<typeof ComputeConfig>;

export interface HostConfig {
  readonly name: string;
  readonly zone: string;
  readonly driver: DriverConfig;
  readonly concurrency: number;
}

/**
 * Each host of the configuration by itself.
 * @throws CloudError `invalid` when a name is none, or is given twice.
 */
export const hostsOf = (config: ComputeConfig): HostConfig[] => {
  const hosts = config.hosts.flatMap(entry =>
    namesOf(entry).map(name => ({
      name: hostName(name),
      zone: entry.zone,
      driver: entry.driver,
      concurrency: config.concurrency ?? (entry.driver.kind === 'fake' ? 1000 : 10),
    })),
  );
  const names = new Set<string>();
  for (const { name } of hosts) {
    if (names.has(name)) throw new CloudError('invalid', `hosts: the name '${name}' is given twice`);
    names.add(name);
  }
  return hosts;
};

const namesOf = ({ name, namePrefix = '', firstNumber, count = 1 }: ComputeConfig['hosts'][number]): string[] =>
  name === undefined ? Array.from({ length: count }, (_, index) => `${namePrefix}${firstNumber + index}`) : [name];
